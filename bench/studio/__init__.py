"""The studio as the browser sees it: what Lighthouse says of its pages, and their pictures."""

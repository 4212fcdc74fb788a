"""How scenarios and what comes of them are shown."""

// Elements, made without markup: text from the document can never be a script.

export function el(name, attributes = {}, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  for (const child of [children].flat()) if (child !== null && child !== undefined && child !== false) made.append(child);
  return made;
}

/** Text with `code` in back quotes, its paragraphs parted by line breaks. */
export function prose(text) {
  return text.split(/\n\s*\n/).flatMap((paragraph, at) => {
    const parts = paragraph.split(/(`[^`]+`)/).map((part) => (part.startsWith("`") && part.length > 2 ? el("code", {}, part.slice(1, -1)) : part));
    return at ? [el("br"), el("br"), ...parts] : parts;
  });
}

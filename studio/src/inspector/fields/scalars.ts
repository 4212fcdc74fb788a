/** Single values as somebody types them: 5 is a number, true is so, and all else is a text; in quotes, always a text. */
import { isAlias, isCollection, parseDocument } from "yaml";

/** `undefined` where what is typed is no single value. */
export function readScalar(typed: string): { readonly value: unknown } | undefined {
  const text = typed.trim();
  if (/^\$\{[\s\S]*\}$/.test(text)) return { value: text };
  if (text === "") return { value: "" };
  const read = parseDocument(text, { version: "1.2" });
  if (read.errors.length > 0 || isAlias(read.contents) || isCollection(read.contents)) return undefined;
  const value: unknown = read.toJS();
  return { value };
}

/** So that `readScalar` gives the same value again. */
export function shownScalar(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value);
  const again = readScalar(value);
  return again && again.value === value ? value : JSON.stringify(value);
}

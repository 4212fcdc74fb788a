/** Values as YAML text, in the style of the place where they are put. */
import { stringify } from "yaml";

/** Lines of block style, each indented; ends with a line break. `compact`: dashes stand below their key. */
export function blockLines(value: unknown, indentation: number, compact: boolean): string {
  return indent(stringify(value, { indent: 2, indentSeq: !compact, lineWidth: 0, singleQuote: true }), indentation);
}

/** One line of flow style. */
export function flow(value: unknown): string {
  if (typeof value === "string" && value.includes("\n")) return JSON.stringify(value);
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, singleQuote: true }).trim();
}

export const indent = (lines: string, by: number): string => lines.replace(/^(?=.)/gm, " ".repeat(by));

/** Lines moved to another column, blank ones left alone. */
export function shift(lines: string, by: number): string {
  if (by === 0) return lines;
  if (by > 0) return indent(lines, by);
  return lines.replace(new RegExp(`^ {1,${-by}}`, "gm"), "");
}

/** A scalar in the quotes that it had, where those can hold it. */
export function scalar(value: unknown, before: string | undefined): string {
  if (typeof value !== "string") return flow(value);
  if (before?.startsWith('"')) return JSON.stringify(value);
  if (before?.startsWith("'") && !value.includes("\n")) return `'${value.replaceAll("'", "''")}'`;
  return stringify(value, { lineWidth: 0, singleQuote: true, defaultStringType: "PLAIN" }).trimEnd();
}

/** The same within a flow collection, where more has to be quoted. */
export const flowScalar = (value: unknown, before: string): string =>
  typeof value === "string" && /^["']/.test(before) ? scalar(value, before) : flow(value);

export const isComposite = (value: unknown): boolean =>
  typeof value === "object" && value !== null && (Array.isArray(value) ? value : Object.keys(value)).length > 0;

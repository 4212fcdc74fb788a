/** Edits of a text as the smallest splices. What is outside them is never printed again. */
import type { Range } from "./task";

/** Replaces the characters from `from` up to `to`. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** An edit: splices of one text, in order, that do not overlap. Applied together, as one step of undo. */
export type Edit = readonly Splice[];

export function applyEdit(text: string, edit: Edit): string {
  let result = "";
  let at = 0;
  for (const splice of edit) {
    if (splice.from < at) throw new Error("the splices of an edit overlap or are out of order");
    result += text.slice(at, splice.from) + splice.insert;
    at = splice.to;
  }
  return result + text.slice(at);
}

export const inOrder = (splices: readonly Splice[]): Edit =>
  [...splices].sort((a, b) => a.from - b.from || a.to - b.to);

export const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

/** Where the next line begins, or the end of the text. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/** Where the line ends, before its break. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  const line = end < 0 ? text.length : end;
  return line > at && text[line - 1] === "\r" ? line - 1 : line;
}

export const column = (text: string, at: number): number => at - lineStart(text, at);

/** Whether nothing but white space stands before a place on its line. */
export const startsLine = (text: string, at: number): boolean => !/\S/.test(text.slice(lineStart(text, at), at));

/** Where whole lines may be inserted after a place: the beginning of the next line, with a break where there is none. */
export function afterLine(text: string, at: number, lines: string): Splice {
  const place = nextLine(text, at);
  const broken = place > 0 && text[place - 1] !== "\n";
  return { from: place, to: place, insert: broken ? `\n${lines.replace(/\n$/, "")}` : lines };
}

/** The comment lines directly above a place, at its own column: they belong to what begins there. */
export function withLeadingComments(text: string, at: number): number {
  const own = column(text, at);
  let start = lineStart(text, at);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    const line = text.slice(above, start);
    const indentation = line.search(/\S/);
    if (indentation !== own || line[indentation] !== "#") break;
    start = above;
  }
  return start;
}

export const within = (range: Range, at: number): boolean => range[0] <= at && at <= range[1];

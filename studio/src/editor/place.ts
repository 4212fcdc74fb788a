/**
 * Where in the document the cursor stands, told from the lines around it by their columns. The text may be broken, as
 * it is while it is being typed: what cannot be placed has no place.
 */

/** A map on the way to the cursor: its members that are written on lines of their own, as text. */
export type Siblings = ReadonlyMap<string, string>;

/** One step down from a map or a list. A step into a list has the index of the item. */
export interface Step {
  readonly key: string | number;
  /** The members of the map that the step leaves; empty for a list. */
  readonly siblings: Siblings;
}

export interface Place {
  /** From the root of the document to the map in which the cursor stands. */
  readonly steps: readonly Step[];
  readonly siblings: Siblings;
  /** A member's name is being written, or its value (of `key`). */
  readonly kind: "key" | "value";
  readonly key?: string;
  /** What is written so far, and where it begins. */
  readonly typed: string;
  readonly from: number;
  /** The column of the map's members; in braces there is none. */
  readonly column?: number;
}

interface Line {
  readonly from: number;
  readonly dashes: readonly number[];
  readonly column: number;
  readonly key?: string;
  readonly value?: string;
  /** Where the value begins, from the start of the line. */
  readonly valueAt?: number;
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#&*!|>'"%@`{}[\],:-][^:#]*?|-[^\s:][^:#]*?)\s*:(?=\s|$)/;

const unquoted = (text: string): string => /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;

function read(line: string, from: number): Line | undefined {
  const dashes: number[] = [];
  let at = line.search(/\S/);
  if (at < 0 || line[at] === "#") return undefined;
  while (/^-(?:\s|$)/.test(line.slice(at))) {
    dashes.push(at);
    const next = line.slice(at + 1).search(/\S/);
    if (next < 0) return { from, dashes, column: at + 2 };
    at += 1 + next;
  }
  const found = KEY.exec(line.slice(at));
  if (!found) return { from, dashes, column: at };
  const rest = line.slice(at + found[0].length);
  const space = rest.search(/\S|$/);
  const value = rest
    .slice(space)
    .replace(/\s+#.*$|^#.*$/, "")
    .trim();
  return { from, dashes, column: at, key: unquoted(found[1] as string), value, valueAt: at + found[0].length + space };
}

export function placeAt(text: string, at: number): Place | undefined {
  const lines = text.split("\n");
  let number = 0;
  let from = 0;
  while (number < lines.length - 1 && from + (lines[number] as string).length < at) {
    from += (lines[number] as string).length + 1;
    number += 1;
  }
  const head = (lines[number] as string).slice(0, at - from);
  if (/(?:^|\s)#/.test(head)) return undefined;
  const own = read(head, from);
  const column = own ? own.column : head.length;
  const around = upwards(lines, number, column, own?.dashes ?? []);
  if (!around) return undefined;
  if (own?.key !== undefined && own.valueAt !== undefined) {
    const value = head.slice(own.valueAt);
    const steps = [...around.steps, { key: own.key, siblings: around.siblings }];
    const base = from + own.valueAt;
    if (/^[{[]/.test(value)) return inBraces(value, base, steps);
    return { ...around, kind: "value", key: own.key, typed: value, from: base };
  }
  const typed = head.slice(column);
  if (/^[{[]/.test(typed)) return inBraces(typed, from + column, around.steps);
  return { ...around, kind: "key", typed, from: from + Math.min(column, head.length), column };
}

/** The way from the root to the map whose members stand at a column. */
function upwards(
  lines: readonly string[],
  start: number,
  column: number,
  dashes: readonly number[],
): { steps: Step[]; siblings: Siblings } | undefined {
  const steps: Step[] = [];
  let need = column;
  /** While the way leads up through a list: how many of its items stand above. */
  let index: number | undefined;
  let siblings = below(lines, start, need);
  const innermost = siblings;
  const climb = (line: Line): boolean => {
    for (const dash of [...line.dashes].reverse()) {
      if (dash > need) continue;
      if (index !== undefined && dash === need) index += 1;
      else if (dash < need) {
        if (index !== undefined) steps.unshift({ key: index, siblings: NONE });
        [need, index] = [dash, 0];
      }
    }
    return true;
  };
  if (dashes.length > 0) climb({ from: 0, dashes, column });
  for (let number = start - 1; number >= 0; number -= 1) {
    const line = read(lines[number] as string, 0);
    if (!line) continue;
    if (line.key !== undefined) {
      const isParent = line.column < need || (index !== undefined && line.column === need && line.dashes.length === 0);
      if (isParent) {
        if (/^[|>]/.test(line.value ?? "")) return undefined;
        if (line.value && !/^[&!]/.test(line.value)) return undefined;
        if (index !== undefined) steps.unshift({ key: index, siblings: NONE });
        index = undefined;
        need = line.column;
        siblings = below(lines, number, need);
        siblings.set(line.key, line.value ?? "");
        steps.unshift({ key: line.key, siblings });
      } else if (index === undefined && line.column === need) siblings.set(line.key, line.value ?? "");
    } else if (line.dashes.length === 0 && line.column < need) return undefined;
    climb(line);
  }
  if (index !== undefined) return undefined;
  return need === 0 || steps.length === 0 ? { steps, siblings: innermost } : undefined;
}

const NONE: Siblings = new Map();

/** The members at a column that follow, up to where the map ends. */
function below(lines: readonly string[], start: number, column: number): Map<string, string> {
  const found = new Map<string, string>();
  for (let number = start + 1; number < lines.length; number += 1) {
    const line = read(lines[number] as string, 0);
    if (!line) continue;
    const outermost = line.dashes[0] ?? line.column;
    if (outermost < column) break;
    if (line.dashes.length === 0 && line.column === column && line.key !== undefined)
      found.set(line.key, line.value ?? "");
  }
  return found;
}

interface Brace {
  readonly map: boolean;
  readonly siblings: Map<string, string>;
  key?: string | undefined;
  count: number;
}

/** Braces that stand open on one line. */
function inBraces(text: string, base: number, outer: readonly Step[]): Place | undefined {
  const open: Brace[] = [];
  let begun = 0;
  const flush = (to: number): void => {
    const top = open.at(-1);
    const typed = text.slice(begun, to).trim();
    if (top?.map && top.key !== undefined) top.siblings.set(top.key, typed);
  };
  for (const { 0: token, index } of text.matchAll(
    /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|\$\{[^}]*\}|[{}[\],]|:(?=\s|$)|[^"'{}[\],:$]+|./g,
  )) {
    const top = open.at(-1);
    if (token === "{" || token === "[") {
      open.push({ map: token === "{", siblings: new Map(), count: 0 });
      begun = index + 1;
    } else if (token === "}" || token === "]") {
      flush(index);
      open.pop();
      begun = index + 1;
    } else if (token === "," && top) {
      flush(index);
      top.key = undefined;
      top.count += 1;
      begun = index + 1;
    } else if (token === ":" && top?.map) {
      top.key = unquoted(text.slice(begun, index).trim());
      top.siblings.set(top.key, "");
      begun = index + 1;
    }
  }
  const top = open.at(-1);
  if (!top) return undefined;
  const steps: Step[] = [...outer];
  for (const each of open.slice(0, -1))
    steps.push({ key: each.map ? (each.key ?? "") : each.count, siblings: each.siblings });
  if (!top.map) return undefined;
  const from = begun + text.slice(begun).search(/\S|$/);
  const typed = text.slice(from);
  const { siblings, key } = top;
  if (key === undefined) return { steps, siblings, kind: "key", typed, from: base + from };
  siblings.delete(key);
  return { steps, siblings, kind: "value", key, typed, from: base + from };
}

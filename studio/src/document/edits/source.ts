/** A value as the text that it is written in, comments included, to be changed as text. */
import { isCollection, isMap, type Node, parseDocument } from "yaml";
import { meantAt } from "../aliases";
import { colonAfter, contentEnd, isFlow, listAt, mapAt, memberColumn, nodeAt, pairAt, start } from "../nodes";
import { parse } from "../parse";
import { blockLines, flow, shift } from "../render";
import { column, type Edit, lineStart, startsLine } from "../splice";
import type { Model, Path } from "../task";
import { setItem } from "./items";
import { setMember } from "./members";

/** The YAML text of a value, that of a member or an item, moved to the left edge; empty where there is none. */
export function sourceOf(model: Model, path: Path): string {
  const { text } = model;
  const node = valueAt(model, path) ?? (meantAt(model, path) as Node | undefined);
  if (!node?.range) return "";
  const [from, to] = [start(node), contentEnd(text, node)];
  if (!isBlock(node)) return text.slice(from, to);
  const whole = startsLine(text, from) ? text.slice(lineStart(text, from), to) : text.slice(from, to);
  return shift(whole, -column(text, from));
}

export interface Fault {
  readonly message: string;
}

/** Write a value as the lines that somebody typed; the reason where they are no YAML. */
export function setSource(model: Model, path: Path, typed: string): Edit | Fault {
  const lines = typed.replace(/\s+$/, "");
  const read = parseDocument(lines, { prettyErrors: true, version: "1.2" });
  const [error] = read.errors;
  if (error) return { message: error.message.split("\n", 1)[0]?.replace(/ at line.*$/, "") ?? "this is no YAML" };
  // What it stands for is not to be seen in these lines alone.
  if (lines.includes("*") && parse(lines).faults.length > 0)
    return { message: "An alias can be written in the text only" };
  if (typeof path.at(-1) === "number") return setItemSource(model, path, lines, read.contents, read.toJS());
  const value: unknown = read.toJS();
  const map = mapAt(model, path.slice(0, -1));
  const pair = map ? pairAt(map, String(path.at(-1))) : undefined;
  if (!map || !pair || isFlow(map)) return setMember(model, path, value);
  if (!isBlock(read.contents)) {
    const plain = lines.includes("\n") || /[:#]\s|\s#/.test(lines) || isCollection(read.contents);
    return plain && isCollection(read.contents)
      ? splice(model, pair.key, valueAt(model, path), ` ${lines}`)
      : setMember(model, path, value);
  }
  const old = valueAt(model, path);
  const alike = isBlock(old) && isMap(old) === isMap(read.contents);
  const by = old && alike ? column(model.text, start(old)) : memberColumn(model.text, map) + 2;
  return splice(model, pair.key, old, `\n${shift(lines, by)}`);
}

/** An item stands behind its dash; its further lines begin where its first one does. */
function setItemSource(model: Model, path: Path, lines: string, typed: unknown, value: unknown): Edit {
  const { text } = model;
  const [list, index] = [path.slice(0, -1), Number(path.at(-1))];
  const seq = listAt(model, list);
  const old = valueAt(model, path);
  if (!seq || !old || isFlow(seq) || !isCollection(typed)) return setItem(model, list, index, value);
  const [from, to] = [start(old), contentEnd(text, old)];
  const insert = isBlock(typed) ? shift(lines, column(text, from)).trimStart() : lines;
  return text.slice(from, to) === insert ? [] : [{ from, to, insert }];
}

export const isFault = (edit: Edit | Fault): edit is Fault => "message" in edit;

/** A value as text to be typed over: as YAML, where it is not written in the document yet. */
export const told = (value: unknown): string =>
  typeof value === "object" && value !== null ? blockLines(value, 0, true).trimEnd() : flow(value);

/** The least that has to change: lines at the beginning and the end that are the same stay. */
function splice(model: Model, key: Node, old: Node | undefined, insert: string): Edit {
  const { text } = model;
  const after = colonAfter(text, key);
  const to = old ? contentEnd(text, old) : after;
  // What stands behind the colon and before the value, as a comment does, stays.
  const from = old && isBlock(old) && startsLine(text, start(old)) ? lineStart(text, start(old)) - 1 : after;
  const before = text.slice(from, to);
  if (before === insert) return [];
  let [head, tail] = [0, 0];
  const most = Math.min(before.length, insert.length);
  while (head < most && before[head] === insert[head]) head += 1;
  head = Math.max(0, insert.lastIndexOf("\n", Math.max(0, head - 1)));
  while (tail < most - head && before[before.length - 1 - tail] === insert[insert.length - 1 - tail]) tail += 1;
  while (tail > 0 && insert[insert.length - tail] !== "\n") tail -= 1;
  return [{ from: from + head, to: to - tail, insert: insert.slice(head, insert.length - tail) }];
}

const isBlock = (node: unknown): boolean => isCollection(node) && !node.flow;

function valueAt(model: Model, path: Path): Node | undefined {
  if (typeof path.at(-1) === "number") {
    const item = nodeAt(model, path) as Node | undefined;
    return item?.range ? item : undefined;
  }
  const map = mapAt(model, path.slice(0, -1));
  const pair = isMap(map) ? pairAt(map, String(path.at(-1))) : undefined;
  return pair?.value?.range ? pair.value : undefined;
}

/** Edits of lists of any kind: put in, take out, change, and change places. */
import { isScalar, type Node, type YAMLSeq } from "yaml";
import { aliasOn, meantAt } from "../aliases";
import { contentEnd, dashOf, isCompact, isFlow, listAt, start } from "../nodes";
import { blockLines, isComposite, scalar } from "../render";
import { column, type Edit, lineEnd, nextLine, type Splice, startsLine, withLeadingComments } from "../splice";
import type { Model, Path, Range } from "../task";
import { cutFlow, insertFlow, toldBeside, toldScalar } from "./flow";
import { setMember } from "./members";
import { exchange } from "./swap";

/** Put a value at `index` of the list at `list`, which is made where there is none. */
export function insertItem(model: Model, list: Path, index: number, value: unknown): Edit {
  const seq = listAt(model, list);
  if (aliasOn(model, list)) return [];
  if (!seq || seq.items.length === 0) return setMember(model, list, [value]);
  if (isFlow(seq)) return [insertFlow(model, seq, index, [value])];
  const dash = dashOf(model.text, seq, 0);
  return [insertBlock(model, seq, index, blockLines([value], column(model.text, dash), isCompact(model)))];
}

/** The last item goes: the list stays, empty. */
export function removeItem(model: Model, list: Path, index: number): Edit {
  const seq = listAt(model, list);
  const item = seq?.items[index] as Node | undefined;
  if (!seq || !item) return [];
  if (seq.items.length === 1) return setMember(model, list, []);
  if (isFlow(seq)) return [cutFlow(model.text, start(item), contentEnd(model.text, item))];
  return [cutBlock(model, seq, index)];
}

export function setItem(model: Model, list: Path, index: number, value: unknown): Edit {
  const { text } = model;
  const seq = listAt(model, list);
  const item = seq?.items[index] as Node | undefined;
  if (!seq || !item) return [];
  const [from, to] = [start(item), contentEnd(text, item)];
  const before = text.slice(from, to);
  if (isFlow(seq)) {
    const insert = isScalar(item) ? toldScalar(model, value, before) : toldBeside(model, value, from);
    return [{ from, to, insert }];
  }
  if (isScalar(item) && !isComposite(value) && !/^[|>]/.test(before)) {
    const insert = scalar(value, before);
    if (!insert.includes("\n")) return [{ from, to, insert }];
  }
  const dash = dashOf(text, seq, index);
  const lines = blockLines([value], column(text, dash), isCompact(model)).trim();
  return [{ from: dash, to, insert: lines }];
}

/** Let an item and the one after it change places, each with its comments. */
export function swapItems(model: Model, list: Path, index: number): Edit {
  const seq = listAt(model, list);
  const [one, other] = [seq?.items[index], seq?.items[index + 1]] as (Node | undefined)[];
  if (!seq || !one || !other) return [];
  const { text } = model;
  if (isFlow(seq)) return exchange(text, extent(text, one), extent(text, other));
  const block = (item: Node, at: number): Range => [dashOf(text, seq, at), lineEnd(text, contentEnd(text, item))];
  return exchange(text, block(one, index), block(other, index + 1), true);
}

const extent = (text: string, node: Node): Range => [start(node), contentEnd(text, node)];

export function insertBlock(model: Model, seq: YAMLSeq, index: number, lines: string): Splice {
  const { text } = model;
  if (index >= seq.items.length) {
    const at = nextLine(text, contentEnd(text, seq.items.at(-1) as Node));
    const broken = at > 0 && text[at - 1] !== "\n";
    return { from: at, to: at, insert: broken ? `\n${lines.replace(/\n$/, "")}` : lines };
  }
  const dash = dashOf(text, seq, index);
  const at = startsLine(text, dash) ? withLeadingComments(text, dash) : dash;
  // A list that stands behind another dash begins in the middle of a line.
  const own = at === dash && !startsLine(text, dash) ? `${lines.trimStart()}${" ".repeat(column(text, dash))}` : lines;
  return { from: at, to: at, insert: own };
}

export function cutBlock(model: Model, seq: YAMLSeq, index: number): Splice {
  const { text } = model;
  const dash = dashOf(text, seq, index);
  const end = nextLine(text, contentEnd(text, seq.items[index] as Node));
  if (startsLine(text, dash)) return { from: withLeadingComments(text, dash), to: end, insert: "" };
  const following = index + 1 < seq.items.length ? dashOf(text, seq, index + 1) : end;
  return { from: dash, to: following, insert: "" };
}

/** How many items a list has; 0 where there is none. */
export const lengthOf = (model: Model, list: Path): number => {
  const node = meantAt(model, list) as { items?: readonly unknown[] } | undefined;
  return node?.items?.length ?? 0;
};

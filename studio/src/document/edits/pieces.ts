/**
 * Steps as pieces of text: cut out of one list and put into another as they are written, with their comments.
 *
 * A piece takes one of the gaps beside it along (blank lines, comments of nobody), the one behind it or, at the end of a
 * list, the one before it. So a list keeps its look, and a step that is moved there and back leaves no trace.
 */
import { type Document, isMap, isScalar, type Node, type Pair, parseDocument, visit, type YAMLSeq } from "yaml";
import { plainOf } from "../aliases";
import { contentEnd, dashOf, isCompact, isFlow, listAt, mapAt, memberColumn, pairAt, start } from "../nodes";
import { blockLines, flow, shift } from "../render";
import { column, type Edit, lineStart, nextLine, type Splice } from "../splice";
import type { Model, Path } from "../task";
import { cutFlow, insertFlow } from "./flow";
import { setMember } from "./members";
import { leadingTo } from "./tasks";

export interface Piece {
  readonly name: string;
  /** An item of a block list at column 0; ends with a line break. */
  readonly lines: string;
  readonly gap: string;
}

interface Extent {
  readonly from: number;
  readonly to: number;
}

/** From the comments above an item, up to the next line behind it. Comments stand at its own column. */
function extentOf(text: string, seq: YAMLSeq, index: number): Extent {
  const dash = dashOf(text, seq, index);
  const own = column(text, dash);
  let from = lineStart(text, dash);
  for (let above = from; above > 0; ) {
    above = lineStart(text, above - 1);
    const line = text.slice(above, nextLine(text, above));
    const at = line.search(/\S/);
    if (at >= 0 && !(at === own && line[at] === "#")) break;
    if (at >= 0) from = above;
  }
  return { from, to: nextLine(text, contentEnd(text, seq.items[index] as Node)) };
}

/** The items of a list, as they are written, with the gap that goes with each. */
export function piecesOf(text: string, document: Document, seq: YAMLSeq, indices: readonly number[]): Piece[] {
  const { length } = seq.items;
  return indices.flatMap((index): Piece[] => {
    const item = seq.items[index];
    const key = isMap(item) ? item.items[0]?.key : undefined;
    if (!isScalar(key)) return [];
    const name = String(key.value);
    if (isFlow(seq)) return [{ name, lines: blockLines([plainOf(document, item)], 0, true), gap: "" }];
    const { from, to } = extentOf(text, seq, index);
    const by = -column(text, dashOf(text, seq, index));
    const before = inTrailing(indices, index, length);
    const other = before ? index - 1 : index + 1;
    const next = other >= 0 && other < length ? extentOf(text, seq, other) : undefined;
    const gap = next ? (before ? text.slice(next.to, from) : text.slice(to, next.from)) : "";
    return [{ name, lines: ended(shift(text.slice(from, to), by)), gap: gap === "" ? "" : ended(gap) }];
  });
}

/** Whether an item and all that follow it are among these. */
function inTrailing(indices: readonly number[], index: number, length: number): boolean {
  for (let each = index; each < length; each += 1) if (!indices.includes(each)) return false;
  return true;
}

/** Cut items out of a list; `indices` in order. */
export function cutItems(model: Model, list: Path, indices: readonly number[]): Edit {
  const { text } = model;
  const seq = listAt(model, list);
  if (!seq || indices.length === 0) return [];
  const { length } = seq.items;
  if (indices.length === length) return setMember(model, list, []);
  return runs(indices).map(([first, last]): Splice => {
    if (isFlow(seq)) return cutFlow(text, start(seq.items[first] as Node), contentEnd(text, seq.items[last] as Node));
    if (last < length - 1) {
      return { from: extentOf(text, seq, first).from, to: extentOf(text, seq, last + 1).from, insert: "" };
    }
    const { to } = extentOf(text, seq, last);
    const from = extentOf(text, seq, first - 1).to;
    // Where the text ends without a line break, it does so afterwards.
    return { from: text[to - 1] === "\n" ? from : from - 1, to, insert: "" };
  });
}

/** Put pieces before the item at `index`, or at the end of the list. `leaving`: items that are cut out at the same time. */
export function putPieces(
  model: Model,
  list: Path,
  index: number,
  pieces: readonly Piece[],
  leaving: readonly number[] = [],
): Edit {
  const { text } = model;
  const seq = listAt(model, list);
  if (!seq || seq.items.length === 0) return putFirst(model, list, pieces);
  if (isFlow(seq)) {
    const values = pieces.map((each) => dataOf(model, each));
    return [insertFlow(model, seq, index, values, leaving)];
  }
  const by = column(text, dashOf(text, seq, 0));
  let place = index;
  while (leaving.includes(place)) place += 1;
  if (place < seq.items.length) {
    const { from } = extentOf(text, seq, place);
    return [{ from, to: from, insert: pieces.map(({ lines, gap }) => shift(lines, by) + gap).join("") }];
  }
  const { to } = extentOf(text, seq, seq.items.length - 1);
  const insert = pieces.map(({ lines, gap }) => gap + shift(lines, by)).join("");
  return [{ from: to, to, insert: text[to - 1] === "\n" ? insert : `\n${insert.replace(/\n$/, "")}` }];
}

/** Into a list that is empty, or not there. */
function putFirst(model: Model, list: Path, pieces: readonly Piece[]): Edit {
  const map = mapAt(model, list.slice(0, -1));
  const pair = map ? pairAt(map, String(list.at(-1))) : undefined;
  const values = pieces.map((each) => dataOf(model, each));
  if (!map || isFlow(map) || !pair?.value?.range) return setMember(model, list, values);
  const by = memberColumn(model.text, map) + (isCompact(model) ? 0 : 2);
  const lines = pieces.map(({ lines: own, gap }, at) => (at ? gap : "") + shift(own, by)).join("");
  const from = start(pair.value);
  const space = model.text[from - 1] === " " ? 1 : 0;
  return [{ from: from - space, to: contentEnd(model.text, pair.value), insert: `\n${lines.replace(/\n$/, "")}` }];
}

/** Other names for pieces; where they lead to each other, that follows. */
export function renamedPieces(pieces: readonly Piece[], names: ReadonlyMap<string, string>): Piece[] {
  if ([...names].every(([old, name]) => old === name)) return [...pieces];
  return pieces.map((piece) => {
    const seq = listOf(piece);
    const key = (itemOf(piece) as unknown as { items: Pair<Node, Node>[] }).items[0]?.key as Node;
    const changes: Splice[] = [];
    const name = names.get(piece.name) ?? piece.name;
    if (name !== piece.name) changes.push({ from: start(key), to: key.range?.[1] ?? start(key), insert: flow(name) });
    for (const [old, wanted] of names) {
      if (old === wanted) continue;
      for (const node of leadingTo(seq, old)) {
        changes.push({ from: start(node), to: contentEnd(piece.lines, node), insert: flow(wanted) });
      }
    }
    changes.sort((a, b) => b.from - a.from);
    const lines = changes.reduce(
      (told, { from, to, insert }) => told.slice(0, from) + insert + told.slice(to),
      piece.lines,
    );
    return { ...piece, name, lines };
  });
}

/** The list of one item that a piece is. */
export const listOf = (piece: Piece): YAMLSeq =>
  parseDocument(piece.lines, { keepSourceTokens: true, version: "1.2" }).contents as unknown as YAMLSeq;

const itemOf = (piece: Piece): Node => listOf(piece).items[0] as Node;

/** A piece as data. What its aliases mean may be written in the document that it is put into. */
function dataOf(model: Model, piece: Piece): unknown {
  const document = parseDocument(piece.lines, { version: "1.2" });
  const anchors = new Map<string, Node>();
  visit(model.document, {
    Node: (_, node) => void ("anchor" in node && node.anchor && anchors.set(node.anchor, node as Node)),
  });
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return undefined;
      const found = anchors.get(alias.source);
      return document.createNode(found ? plainOf(model.document, found) : `*${alias.source}`);
    },
  });
  return plainOf(document, (document.contents as unknown as YAMLSeq).items[0]);
}

const ended = (lines: string): string => (lines.endsWith("\n") ? lines : `${lines}\n`);

/** Neighbours together: `[0, 1, 3]` is `[0, 1]` and `[3, 3]`. */
function runs(indices: readonly number[]): [first: number, last: number][] {
  const found: [number, number][] = [];
  for (const index of indices) {
    const last = found.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else found.push([index, index]);
  }
  return found;
}

/** Where the nodes of a document stand in its text. */
import {
  type CST,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { column, lineStart } from "./splice";
import type { Model, Path } from "./task";

export const nodeAt = (model: Model, path: Path): Node | undefined => {
  const node: unknown = path.length ? model.document.getIn(path, true) : model.document.contents;
  return node ? (node as Node) : undefined;
};

export const mapAt = (model: Model, path: Path): YAMLMap | undefined => {
  const node = nodeAt(model, path);
  return isMap(node) ? (node as YAMLMap) : undefined;
};

export const listAt = (model: Model, path: Path): YAMLSeq | undefined => {
  const node = nodeAt(model, path);
  return isSeq(node) ? (node as YAMLSeq) : undefined;
};

export const pairAt = (map: YAMLMap, key: string): Pair<Node, Node | null> | undefined =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key) as Pair<Node, Node | null> | undefined;

export const isFlow = (node: Node | null | undefined): boolean => isCollection(node) && node.flow === true;

export const start = (node: Node): number => node.range?.[0] ?? 0;

/** Where a node's own text ends: before comments and line breaks that follow it. */
export function contentEnd(text: string, node: Node): number {
  if (isCollection(node) && !node.flow) {
    const last = node.items.at(-1);
    if (isPair(last)) {
      const pair = last as Pair<Node, Node | null>;
      return pair.value?.range && !isEmptyScalar(pair.value)
        ? contentEnd(text, pair.value)
        : colonAfter(text, pair.key);
    }
    if (last) return contentEnd(text, last as Node);
  }
  let end = node.range?.[1] ?? 0;
  while (end > start(node) && /\s/.test(text[end - 1] ?? "")) end -= 1;
  return end;
}

/** A value that is not written: `key:` and nothing behind it. */
const isEmptyScalar = (node: Node): boolean => isScalar(node) && node.range?.[0] === node.range?.[1];

export function colonAfter(text: string, key: Node): number {
  const colon = text.indexOf(":", key.range?.[1] ?? 0);
  return colon < 0 ? (key.range?.[1] ?? 0) : colon + 1;
}

/** Where the dash of an item of a block list stands. */
export function dashOf(text: string, list: YAMLSeq, index: number): number {
  const token = list.srcToken as CST.BlockSequence | undefined;
  const sign = token?.items[index]?.start.find((each) => each.type === "seq-item-ind");
  if (sign) return sign.offset;
  const item = list.items[index] as Node;
  return text.lastIndexOf("-", start(item) - 1);
}

/** Whether the lists of a document stand at the column of their key, as its `do` does. */
export function isCompact(model: Model): boolean {
  const list = listAt(model, ["do"]);
  return (
    list === undefined ||
    isFlow(list) ||
    list.items.length === 0 ||
    column(model.text, dashOf(model.text, list, 0)) === 0
  );
}

/** The column at which the members of a block map stand. */
export function memberColumn(text: string, map: YAMLMap): number {
  const first = map.items[0]?.key as Node | undefined;
  return first ? column(text, start(first)) : column(text, start(map));
}

/** The column of the line on which a node begins. */
export const lineColumn = (text: string, at: number): number => {
  const from = lineStart(text, at);
  return text.slice(from).search(/\S|$/);
};

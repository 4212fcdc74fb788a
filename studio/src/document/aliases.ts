/**
 * Aliases: `*x` is what is written behind `&x`. For what is shown it is that; an edit never goes through one, because
 * what it would change is written elsewhere, and others use it too.
 */
import { type Alias, type Document, isAlias, isCollection, isMap, isNode, isPair, isSeq, type Node, visit } from "yaml";
import type { Fault, Model, Path, Range } from "./task";

interface Aliases {
  readonly named: ReadonlyMap<Alias, Node>;
  readonly faults: readonly Fault[];
}

/** So much may a document hold when each alias is written out, as the server has it. */
const NODES_MAX = 60_000;

const known = new WeakMap<Document, Aliases>();

/** What the aliases of a document are, and what is wrong with them that the parser lets pass. */
export function aliasesIn(document: Document): Aliases {
  const before = known.get(document);
  if (before) return before;
  const anchors = new Map<string, Node>();
  const named = new Map<Alias, Node>();
  const faults: Fault[] = [];
  visit(document, {
    Node(_, node, path) {
      if (!isAlias(node)) {
        if ("anchor" in node && node.anchor) anchors.set(node.anchor, node as Node);
        return;
      }
      const found = anchors.get(node.source);
      const range = rangeOf(node);
      if (!found) faults.push({ message: `Nothing before it has the anchor &${node.source}`, range });
      else if (path.includes(found)) faults.push({ message: `*${node.source} stands within what it means`, range });
      else named.set(node, found);
    },
  });
  if (faults.length === 0 && named.size > 0 && weight(document.contents, named, new Map()) > NODES_MAX)
    faults.push({ message: "The aliases make the document too large", range: [0, 0] });
  const found = { named, faults };
  known.set(document, found);
  return found;
}

/** How many nodes there are when each alias is written out. */
function weight(node: unknown, named: Aliases["named"], weights: Map<unknown, number>): number {
  if (isAlias(node)) {
    const found = named.get(node);
    const before = weights.get(found);
    if (before !== undefined) return before;
    const own = weight(found, named, weights);
    weights.set(found, own);
    return own;
  }
  if (isPair(node)) return weight(node.key, named, weights) + weight(node.value, named, weights);
  if (!isCollection(node)) return 1;
  return node.items.reduce<number>((sum, each) => sum + weight(each, named, weights), 1);
}

/** What a node means; an alias that cannot be followed stays what it is. */
export function meant(document: Document, node: unknown): unknown {
  if (!isAlias(node)) return node;
  const { named, faults } = aliasesIn(document);
  return faults.length > 0 ? node : named.get(node);
}

/** What stands at a path, also where an alias is on the way. */
export function meantAt(model: Model, path: Path): unknown {
  let node: unknown = model.document.contents;
  for (const key of path) {
    const around = meant(model.document, node);
    node = isCollection(around) ? around.get(key, true) : undefined;
  }
  return meant(model.document, node);
}

/** A node as plain data. */
export function plainOf(document: Document, node: unknown): unknown {
  if (!isNode(node)) return undefined;
  const { named, faults } = aliasesIn(document);
  return faults.length > 0 || named.size === 0 ? node.toJSON() : writtenOut(node, named);
}

/** The library looks through all of a document for each node that it is asked for. */
function writtenOut(node: unknown, named: Aliases["named"]): unknown {
  if (isAlias(node)) return writtenOut(named.get(node), named);
  if (isSeq(node)) return node.items.map((each) => writtenOut(each, named));
  if (!isMap(node)) return isNode(node) ? node.toJSON() : null;
  const members = node.items.map(({ key, value }) => [String(writtenOut(key, named) ?? ""), writtenOut(value, named)]);
  return Object.fromEntries(members);
}

/** What stands at a path, as plain data; `undefined` where nothing does. */
export const plainAt = (model: Model, path: Path): unknown => plainOf(model.document, meantAt(model, path));

/** How much of a path leads to the first alias on it; `undefined` where there is none. */
export function aliasOn(model: Model, path: Path): Path | undefined {
  let node: unknown = model.document.contents;
  for (let length = 0; ; length += 1) {
    if (isAlias(node)) return path.slice(0, length);
    const key = path[length];
    if (key === undefined || !isCollection(node)) return undefined;
    node = node.get(key, true);
  }
}

/** Whether what stands at a path, or would, is written elsewhere. An alias itself is written where it stands. */
export const isBehindAlias = (model: Model, path: Path): boolean => aliasOn(model, path.slice(0, -1)) !== undefined;

/** What is said where an edit is not made. */
export const ELSEWHERE = "It is written by an alias: change it in the text";

export const rangeOf = (node: Alias): Range => {
  const [from, to] = node.range ?? [0, 0];
  return [from, to];
};

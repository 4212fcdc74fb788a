/** Edits of the entries of a map whose names are free: headers, data, cases, reusable parts. */
import { isMap, isScalar, type Node, type Pair, type YAMLMap } from "yaml";
import { meantAt } from "../aliases";
import { colonAfter, contentEnd, isFlow, mapAt, pairAt, start } from "../nodes";
import { type Edit, lineEnd } from "../splice";
import type { Model, Path, Range } from "../task";
import { toldName } from "./flow";
import { exchange } from "./swap";

/** The names in a map, in their order. */
export const namesIn = (model: Model, map: Path): string[] => namesOf(meantAt(model, map));

const namesOf = (map: unknown): string[] =>
  isMap(map) ? map.items.flatMap((pair) => (isScalar(pair.key) ? [String(pair.key.value)] : [])) : [];

/** Another name for an entry. Nothing happens where that is taken. */
export function renameEntry(model: Model, map: Path, name: string, wanted: string): Edit {
  const node = mapAt(model, map);
  const pair = node ? pairAt(node, name) : undefined;
  if (!node || !pair || wanted === "" || wanted === name || pairAt(node, wanted)) return [];
  return [{ from: start(pair.key), to: pair.key.range?.[1] ?? start(pair.key), insert: toldName(model, wanted) }];
}

/** Let an entry and the one after it change places, each with its comments. */
export function swapEntries(model: Model, map: Path, index: number): Edit {
  const node = mapAt(model, map);
  const [one, other] = [node?.items[index], node?.items[index + 1]];
  if (!node || !one || !other) return [];
  const { text } = model;
  return exchange(text, extent(text, node, one), extent(text, node, other), !isFlow(node));
}

function extent(text: string, map: YAMLMap, pair: YAMLMap["items"][number]): Range {
  const { key, value } = pair as Pair<Node, Node | null>;
  const written = value?.range && value.range[0] !== value.range[1];
  const end = written ? contentEnd(text, value) : colonAfter(text, key);
  return [start(key), isFlow(map) ? end : lineEnd(text, end)];
}

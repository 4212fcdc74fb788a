/** Edits of members of maps: set, add and remove. */
import { isCollection, isMap, isScalar, type Node, type YAMLMap } from "yaml";
import { isBehindAlias } from "../aliases";
import { colonAfter, contentEnd, isCompact, isFlow, memberColumn, nodeAt, pairAt, start } from "../nodes";
import { blockLines, indent, isComposite, scalar } from "../render";
import { afterLine, type Edit, lineEnd, nextLine, startsLine, withLeadingComments } from "../splice";
import type { Model, Path } from "../task";
import { cutFlow, separator, toldBeside, toldMember, toldScalar } from "./flow";

/**
 * Give the member at `path` a value; `undefined` removes it. What is missing on the way to it is made, but not where an
 * alias stands: that says what is there, in another place.
 */
export function setMember(model: Model, path: Path, value: unknown): Edit {
  if (isBehindAlias(model, path)) return [];
  const [key] = path.slice(-1);
  const parent = nodeAt(model, path.slice(0, -1));
  if (typeof key !== "string") throw new Error("a member has a name");
  if (value === undefined) return removeMember(model, path);
  if (isMap(parent)) {
    const map = parent as YAMLMap;
    const pair = pairAt(map, key);
    if (pair) return replace(model, map, pair.key, pair.value, value);
    const begun = map.items.length === 0 && path.length > 1 && typeof path.at(-2) === "string";
    return begun ? setMember(model, path.slice(0, -1), { [key]: value }) : addTo(model, map, key, value);
  }
  if (path.length < 2) return [];
  return setMember(model, path.slice(0, -1), { [key]: value });
}

/** Remove a member, and the maps that it leaves empty; but not those of the first `kept` steps of the path. */
export function removeMember(model: Model, path: Path, kept = 1): Edit {
  const { text } = model;
  const map = nodeAt(model, path.slice(0, -1));
  const key = String(path.at(-1));
  if (!isMap(map)) return [];
  const pair = pairAt(map as YAMLMap, key);
  if (!pair) return [];
  if (map.items.length === 1) return empty(model, path, kept);
  if (isFlow(map as YAMLMap)) return [cutFlow(text, start(pair.key), valueEnd(text, pair.key, pair.value))];
  const end = nextLine(text, valueEnd(text, pair.key, pair.value));
  if (startsLine(text, start(pair.key)))
    return [{ from: withLeadingComments(text, start(pair.key)), to: end, insert: "" }];
  // It stands behind a dash: what follows takes its place.
  const following = map.items[map.items.indexOf(pair as (typeof map.items)[number]) + 1]?.key as Node;
  return [{ from: start(pair.key), to: start(following), insert: "" }];
}

/** The last member goes: so does the map, unless it is a task's own or the document itself. */
function empty(model: Model, path: Path, kept: number): Edit {
  const parent = path.slice(0, -1);
  if (parent.length === 0) return [];
  const isTask = typeof parent.at(-2) === "number";
  const stays = isTask || parent.length <= kept;
  if (stays && typeof parent.at(-1) === "number") {
    const item = nodeAt(model, parent) as Node;
    return [{ from: start(item), to: contentEnd(model.text, item), insert: "{}" }];
  }
  return stays ? setMember(model, parent, {}) : removeMember(model, parent, kept);
}

function replace(model: Model, map: YAMLMap, key: Node, old: Node | null, value: unknown): Edit {
  const { text } = model;
  const after = colonAfter(text, key);
  const written = old !== null && old.range !== undefined && old.range !== null && old.range[0] !== old.range[1];
  if (!written) return put(text, after, after, inside(model, map, key, value));
  const end = contentEnd(text, old);
  const before = text.slice(start(old), end);
  if (isScalar(old) && !isComposite(value) && !/^[|>]/.test(before)) {
    const insert = isFlow(map) ? toldScalar(model, value, before) : scalar(value, before);
    if (!insert.includes("\n")) return [{ from: start(old), to: end, insert }];
  }
  if (isFlow(map) || (isFlow(old) && isComposite(value) && !isEmpty(old)))
    return [{ from: start(old), to: end, insert: toldBeside(model, value, start(key)) }];
  // Aliases of it mean what is there now.
  const anchor = (isCollection(old) || isScalar(old)) && old.anchor ? ` &${old.anchor}` : "";
  return put(text, after, end, anchor + inside(model, map, key, value));
}

/** What stands behind a value on its line, as a comment does, stays there: further lines of the new one come below. */
function put(text: string, from: number, to: number, insert: string): Edit {
  const end = lineEnd(text, to);
  const broken = insert.indexOf("\n");
  if (broken < 0) return [{ from, to, insert }];
  if (text.slice(to, end).trim() !== "") {
    return [
      { from, to, insert: insert.slice(0, broken) },
      { from: end, to: end, insert: insert.slice(broken) },
    ];
  }
  // Blanks behind a block scalar, also on lines of their own, would become part of it.
  const blank = /^ [|>]/.test(insert) ? /^(?:[ \t]*\r?\n)*[ \t]+(?=\r?\n|$)/.exec(text.slice(to))?.[0] : undefined;
  return blank
    ? [{ from, to: to + blank.length, insert: insert + blank.replace(/[ \t]/g, "") }]
    : [{ from, to, insert }];
}

/** Something begins with it: it is then written as the rest of the document is. */
const isEmpty = (node: Node): boolean => isCollection(node) && node.items.length === 0;

/** A value as it follows the colon. */
function inside(model: Model, map: YAMLMap, key: Node, value: unknown): string {
  const { text } = model;
  if (isFlow(map)) return ` ${toldBeside(model, value, start(key))}`;
  if (!isComposite(value)) {
    const told = scalar(value, undefined);
    return told.includes("\n") ? ` ${reindented(told, memberColumn(text, map) + 2)}` : ` ${told}`;
  }
  return `\n${blockLines(value, memberColumn(text, map) + 2, isCompact(model)).trimEnd()}`;
}

/** A block scalar's lines stand below its key. */
function reindented(told: string, by: number): string {
  const [first, ...rest] = told.split("\n");
  return [first, ...rest.map((line) => (line.trim() ? indent(line.trimStart(), by) : line))].join("\n");
}

function addTo(model: Model, map: YAMLMap, key: string, value: unknown): Edit {
  const { text } = model;
  if (isFlow(map) || map.items.length === 0) {
    if (!isFlow(map) || text[contentEnd(text, map) - 1] !== "}") return [];
    const close = contentEnd(text, map) - 1;
    const last = map.items.at(-1) as { key: Node; value: Node | null } | undefined;
    const from = start(last?.key ?? map);
    const told = toldMember(model, key, value, from);
    if (!last) return [{ from, to: close + 1, insert: `{ ${told} }` }];
    const at = valueEnd(text, last.key, last.value);
    return [{ from: at, to: at, insert: separator(text, from) + told }];
  }
  const last = map.items.at(-1) as { key: Node; value: Node | null };
  return [
    afterLine(
      text,
      valueEnd(text, last.key, last.value),
      blockLines({ [key]: value }, memberColumn(text, map), isCompact(model)),
    ),
  ];
}

function valueEnd(text: string, key: Node, value: Node | null): number {
  const written = value?.range && value.range[0] !== value.range[1];
  return written ? contentEnd(text, value) : colonAfter(text, key);
}

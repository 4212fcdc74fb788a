/**
 * Edits within flow collections. A document that is JSON stays JSON, and what is written in lines is continued in
 * lines, as deep as the document does it.
 */
import { isMap, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import { contentEnd, start } from "../nodes";
import { flow, flowScalar } from "../render";
import { lineStart, type Splice, startsLine } from "../splice";
import type { Model } from "../task";

/** A value as it is told beside something of the same collection, which begins at `at`. */
export function toldBeside(model: Model, value: unknown, at: number): string {
  if (!model.json) return flow(value);
  const step = startsLine(model.text, at) ? stepOf(model) : "";
  const told = JSON.stringify(value, null, step || 1);
  return step ? told.replaceAll("\n", `\n${marginOf(model.text, at)}`) : told.replace(/\n */g, " ");
}

/** A name, as the key of a map or the target of a `then`; also of one that is no flow collection. */
export const toldName = (model: Model, name: string): string => (model.json ? JSON.stringify(name) : flow(name));

/** A scalar in the place of what was written as `before`. */
export const toldScalar = (model: Model, value: unknown, before: string): string =>
  model.json ? JSON.stringify(value) : flowScalar(value, before);

/** A member, without the braces around it. */
export const toldMember = (model: Model, key: string, value: unknown, at: number): string =>
  model.json
    ? `${JSON.stringify(key)}: ${toldBeside(model, value, at)}`
    : flow({ [key]: value }).replace(/^\{\s*|\s*\}$/g, "");

/** What stands between something that begins at `at` and its neighbour. */
export const separator = (text: string, at: number): string =>
  startsLine(text, at) && at > 0 ? `,\n${marginOf(text, at)}` : ", ";

/** Put items before the one at `index`, or at the end. `leaving`: items that are cut out at the same time. */
export function insertFlow(
  model: Model,
  seq: YAMLSeq,
  index: number,
  values: readonly unknown[],
  leaving: readonly number[] = [],
): Splice {
  const { text } = model;
  const items = seq.items as Node[];
  const stays = (_: Node, at: number): boolean => !leaving.includes(at);
  const before = items.slice(0, index).findLast(stays);
  const beside = before ?? items.find(stays) ?? items[0];
  const at = beside ? start(beside) : 0;
  const between = separator(text, at);
  const told = values.map((each) => toldBeside(model, each, at)).join(between);
  if (!before) return { from: at, to: at, insert: told + between };
  const end = contentEnd(text, before);
  return { from: end, to: end, insert: between + told };
}

/** A member or an item, with the comma that it leaves over, and with its line where it has one. */
export function cutFlow(text: string, from: number, to: number): Splice {
  const comma = startsLine(text, from) ? /^\s*,[ \t]*(?:\r?\n[ \t]*(?=\S))?/ : /^\s*,[ \t]*/;
  const behind = comma.exec(text.slice(to));
  if (behind) return { from, to: to + behind[0].length, insert: "" };
  const before = /,\s*$/.exec(text.slice(0, from));
  return before ? { from: from - before[0].length, to, insert: "" } : { from, to, insert: "" };
}

const marginOf = (text: string, at: number): string => text.slice(lineStart(text, at), at);

/** By how much each depth is moved to the right; nothing where all of it stands on one line. */
function stepOf({ text, document }: Model): string {
  const first = isMap(document.contents) ? ((document.contents as YAMLMap).items[0]?.key as Node) : undefined;
  return first && startsLine(text, start(first)) ? marginOf(text, start(first)) : "";
}

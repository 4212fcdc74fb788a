/** Steps that are moved, copied, cut and pasted, one or several at once. Where others lead to is followed, or said. */
import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLSeq } from "yaml";
import { aliasOn, ELSEWHERE, isBehindAlias, meant, meantAt } from "../aliases";
import { listAt, pairAt } from "../nodes";
import { shift } from "../render";
import { applyEdit, type Edit, inOrder, type Splice } from "../splice";
import type { Model, Path, Task } from "../task";
import { cutItems, listOf, type Piece, piecesOf, putPieces, renamedPieces } from "./pieces";
import { placeOf } from "./tasks";

/** An edit, and what there is to say of it. */
export interface Transfer {
  readonly edit: Edit;
  /** The list that the steps are in then, and their names there. */
  readonly list: Path;
  readonly names: readonly string[];
  /** Steps that lead to one that is not there any more, in words. */
  readonly said: readonly string[];
}

/** Whether an alias stands for the list of a task, or for its item: there are no lines of it to be put elsewhere. */
const isElsewhere = (model: Model, task: Task): boolean => isBehindAlias(model, task.path);

/** What is on the clipboard is text: more than this is none of ours. */
const PASTED_MAX = 1_000_000;

/** Move steps before the step at `index` of the list at `list`, counted before the move. */
export function moveTasks(model: Model, tasks: readonly Task[], list: Path, index: number): Transfer {
  const nothing: Transfer = { edit: [], list, names: [], said: [] };
  if (aliasOn(model, list) || tasks.some((task) => isElsewhere(model, task))) return { ...nothing, said: [ELSEWHERE] };
  const all = byList(outermost(tasks));
  // Where all of a list stays in it, there is nothing to move there.
  const lists = all.filter(
    (each) => !(samePath(each.list, list) && each.indices.length === namesIn(model, list).length),
  );
  const moved = outermost(tasks).filter((task) => lists.some((each) => samePath(each.list, placeOf(task)[0])));
  if (moved.length === 0 || moved.some((task) => isInside(list, task.path))) return nothing;
  const own = lists.find((each) => samePath(each.list, list));
  const pieces = lists.flatMap((each) => piecesIn(model, each));
  const staying = namesIn(model, list).filter((_, at) => !own?.indices.includes(at));
  const named = unique(pieces, staying);
  const cuts = lists.flatMap((each) => cutItems(model, each.list, each.indices));
  const puts = putPieces(model, list, index, named, own?.indices).map((put) => beforeBreak(put, cuts));
  const edit = inOrder([...cuts, ...puts]);
  if (applyEdit(model.text, edit) === model.text) return nothing;
  const away = lists.filter((each) => each !== own);
  return {
    edit,
    list: shiftedPath(list, moved),
    names: named.map((each) => each.name),
    said: [...away.flatMap((each) => orphansOf(model, each)), ...strays(named, staying)],
  };
}

/** Where a text ends without a line break, a cut at its end takes the break before it: what is put there comes before it. */
function beforeBreak(put: Splice, cuts: Edit): Splice {
  const cut = cuts.find((each) => each.from === put.from - 1 && each.to >= put.from);
  return cut ? { from: cut.from, to: cut.from, insert: `\n${put.insert.replace(/\n$/, "")}` } : put;
}

/** Remove steps; cut and delete are the same to the text. */
export function removeTasks(model: Model, tasks: readonly Task[]): Transfer {
  if (tasks.some((task) => aliasOn(model, placeOf(task)[0])))
    return { edit: [], list: [], names: [], said: [ELSEWHERE] };
  const lists = byList(outermost(tasks));
  return {
    edit: inOrder(lists.flatMap((each) => cutItems(model, each.list, each.indices))),
    list: [],
    names: [],
    said: lists.flatMap((each) => orphansOf(model, each)),
  };
}

/** Copies of steps behind the last of them. */
export function duplicateTasks(model: Model, tasks: readonly Task[]): Transfer | undefined {
  const copied = outermost(tasks);
  const last = copied.at(-1);
  if (!last) return undefined;
  const [list, index] = placeOf(last);
  return pasteTasks(
    model,
    byList(copied).flatMap((each) => piecesIn(model, each)),
    list,
    index + 1,
  );
}

export function pasteTasks(model: Model, pieces: readonly Piece[], list: Path, index: number): Transfer {
  const there = namesIn(model, list);
  const named = unique(pieces, there);
  if (aliasOn(model, list) || pieces.length === 0) return { edit: [], list, names: [], said: [ELSEWHERE] };
  return {
    edit: putPieces(model, list, index, named),
    list,
    names: named.map((each) => each.name),
    said: strays(named, there),
  };
}

/** Steps as a YAML list, as they are written, to be put on the clipboard. */
export const yamlOf = (model: Model, tasks: readonly Task[]): string =>
  byList(outermost(tasks))
    .flatMap((each) => piecesIn(model, each))
    .map((each) => each.lines)
    .join("");

/**
 * The steps in a text: a list of them, one alone, or a whole workflow. `undefined` where it holds none: then it was
 * something else that was copied.
 */
export function piecesFrom(pasted: string): Piece[] | undefined {
  if (pasted.length > PASTED_MAX) return undefined;
  const first = pasted.split("\n").find((line) => line.trim() !== "") ?? "";
  const text = shift(pasted.replaceAll("\r\n", "\n"), -Math.max(0, first.search(/\S/)));
  const document = parseDocument(text, { keepSourceTokens: true, version: "1.2" });
  if (document.errors.length > 0) return undefined;
  const { contents } = document;
  if (isSeq(contents)) return stepsOf(text, document, contents as unknown as YAMLSeq);
  if (!isMap(contents)) return undefined;
  const list: unknown = contents.get("do", true);
  if (contents.has("document") && isSeq(list)) return stepsOf(text, document, list as unknown as YAMLSeq);
  const alone = contents.items.length === 1 && isMap(contents.items[0]?.value);
  return alone ? piecesFrom(`- ${shift(text, 2).trimStart()}`) : undefined;
}

function stepsOf(text: string, document: Document, seq: YAMLSeq): Piece[] | undefined {
  const all = seq.items.every((item) => isMap(item) && item.items.length === 1 && isMap(item.items[0]?.value));
  return all && seq.items.length > 0
    ? piecesOf(
        text,
        document,
        seq,
        seq.items.map((_, index) => index),
      )
    : undefined;
}

interface Taken {
  readonly list: Path;
  readonly indices: number[];
}

const piecesIn = (model: Model, { list, indices }: Taken): Piece[] => {
  const seq = listAt(model, list);
  return seq ? piecesOf(model.text, model.document, seq, indices) : [];
};

/** Without those that are inside others. In the order of the text. */
function outermost(tasks: readonly Task[]): Task[] {
  const ordered = [...new Set(tasks)].sort((a, b) => a.range[0] - b.range[0]);
  return ordered.filter((task) => !ordered.some((other) => other !== task && isInside(task.path, other.path)));
}

function byList(tasks: readonly Task[]): Taken[] {
  const lists: Taken[] = [];
  for (const task of tasks) {
    const [list, index] = placeOf(task);
    const known = lists.find((each) => samePath(each.list, list));
    if (known) known.indices.push(index);
    else lists.push({ list, indices: [index] });
  }
  return lists;
}

function namesIn(model: Model, list: Path): string[] {
  const seq = meantAt(model, list);
  return (isSeq(seq) ? seq.items : []).map((item) => {
    const task = meant(model.document, item);
    const key = isMap(task) ? task.items[0]?.key : undefined;
    return isScalar(key) ? String(key.value) : "";
  });
}

/** Names that nobody has yet in the list, where they are taken. */
function unique(pieces: readonly Piece[], there: readonly string[]): Piece[] {
  const taken = new Set(there);
  const names = new Map<string, string>();
  for (const { name } of pieces) {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}${number}`;
    taken.add(free);
    names.set(name, free);
  }
  return renamedPieces(pieces, names);
}

const DIRECTIVES: ReadonlySet<string> = new Set(["continue", "exit", "end"]);

/** Pieces that lead to a step that is neither among them nor there. */
function strays(pieces: readonly Piece[], there: readonly string[]): string[] {
  const known = new Set([...there, ...pieces.map((each) => each.name), ...DIRECTIVES]);
  return pieces.flatMap((piece) =>
    targetsOf(listOf(piece)).flatMap(({ then }) =>
      known.has(then) ? [] : [`${piece.name} leads to ${then}, which is not in the same list`],
    ),
  );
}

/** Steps that stay and lead to one that leaves. */
function orphansOf(model: Model, { list, indices }: Taken): string[] {
  const seq = listAt(model, list);
  const names = namesIn(model, list);
  const gone = new Set(indices.map((index) => names[index]));
  return targetsOf(seq).flatMap(({ index, then }) =>
    gone.has(then) && !indices.includes(index) ? [`${names[index]} leads to ${then}, which is gone from its list`] : [],
  );
}

/** Where the items of a list lead to by name: their `then`, and those of their cases. */
function targetsOf(seq: YAMLSeq | undefined): { index: number; then: string }[] {
  return (seq?.items ?? []).flatMap((item, index) => {
    const task = isMap(item) ? item.items[0]?.value : undefined;
    if (!isMap(task)) return [];
    const cases: unknown = task.get("switch", true);
    const maps = [
      task,
      task.get("catch", true),
      ...(isSeq(cases) ? cases.items.map((each) => isMap(each) && each.items[0]?.value) : []),
    ];
    return maps.flatMap((map) => {
      const then = isMap(map) ? (pairAt(map as never, "then") as Pair<Node, Node> | undefined)?.value : undefined;
      return isScalar(then) ? [{ index, then: String(then.value) }] : [];
    });
  });
}

/** The path of a list after these tasks have left the lists above it. */
function shiftedPath(list: Path, gone: readonly Task[]): Path {
  return list.map((key, depth) => {
    if (typeof key !== "number") return key;
    const above = gone.filter((task) => {
      const [own, index] = placeOf(task);
      return samePath(own, list.slice(0, depth)) && index < key;
    });
    return key - above.length;
  });
}

const samePath = (a: Path, b: Path): boolean => a.length === b.length && isInside(a, b);
const isInside = (path: Path, outer: Path): boolean =>
  path.length >= outer.length && outer.every((each, index) => each === path[index]);

/** Edits of task lists: insert, remove and rename. */
import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLSeq } from "yaml";
import { contentEnd, listAt, pairAt, start } from "../nodes";
import { type Edit, inOrder, type Splice } from "../splice";
import type { Model, Path, Task } from "../task";
import { namesIn } from "./entries";
import { toldName } from "./flow";
import { insertItem, lengthOf, removeItem } from "./items";

/** Put a new task at `index` of the list at `list`. */
export function insertTask(model: Model, list: Path, index: number, name: string, body: unknown): Edit {
  return insertItem(model, list, index, { [name]: body });
}

export function removeTask(model: Model, task: Task): Edit {
  return removeItem(model, ...placeOf(task));
}

/** Give a task another name, also where its list's `then` leads to it. */
export function renameTask(model: Model, task: Task, name: string): Edit {
  const [list, index] = placeOf(task);
  const seq = listAt(model, list);
  const item = seq?.items[index];
  if (!isMap(item)) return [];
  const key = (item.items[0] as Pair<Node, Node>).key;
  const splices: Splice[] = [{ from: start(key), to: key.range?.[1] ?? start(key), insert: toldName(model, name) }];
  for (const target of leadingTo(seq as YAMLSeq, task.name)) {
    splices.push({ from: start(target), to: contentEnd(model.text, target), insert: toldName(model, name) });
  }
  return inOrder(splices);
}

/** A name that no task of a list has yet. */
export function freeName(model: Model, list: Path, wanted: string): string {
  const taken = new Set<string>();
  const length = lengthOf(model, list);
  for (let index = 0; index < length; index += 1)
    for (const name of namesIn(model, [...list, index]).slice(0, 1)) taken.add(name);
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}${number}`;
  return name;
}

export const placeOf = (task: Task): [list: Path, index: number] => [
  task.path.slice(0, -2),
  task.path.at(-2) as number,
];

/** `then` of the tasks of a list and of the cases of its switches. */
export function leadingTo(seq: YAMLSeq, name: string): Node[] {
  const found: Node[] = [];
  const look = (map: unknown): void => {
    if (!isMap(map)) return;
    const then = pairAt(map as never, "then")?.value;
    if (isScalar(then) && then.value === name) found.push(then as Node);
  };
  for (const item of seq.items) {
    const task = isMap(item) ? item.items[0]?.value : undefined;
    look(task);
    if (isMap(task)) look(task.get("catch", true));
    const cases = isMap(task) ? task.get("switch", true) : undefined;
    if (isSeq(cases)) for (const each of cases.items) if (isMap(each)) look(each.items[0]?.value);
  }
  return found;
}

/** Which step is shown, as a number that stays while it is renamed or moved: its panel stays then, with the focus in it. */
import { useRef } from "react";
import { placeOf } from "../document/edits/tasks";
import { everyTask, findTask, type Model, type Task } from "../document/task";
import { isIn } from "./steps";

interface Last {
  readonly task: Task | undefined;
  readonly turn: number;
}

export function useSameStep(task: Task | undefined, model: Model): number {
  const shown = useRef<Last>({ task: undefined, turn: 0 });
  const { task: before, turn } = shown.current;
  const same = before !== undefined && task !== undefined && (before.id === task.id || follows(before, task, model));
  shown.current = { task, turn: same || task === undefined ? turn : turn + 1 };
  return shown.current.turn;
}

/** Whether a step is the one of before by another pointer: with its name at another place, or at its place with another name. */
export function follows(before: Task, task: Task, { tasks }: Pick<Model, "tasks">): boolean {
  const [list, index] = placeOf(before);
  if (!isIn(task, list) || findTask(tasks, before.id) !== undefined) return false;
  if (task.name === before.name) return true;
  return placeOf(task)[1] === index && ![...everyTask(tasks)].some((each) => isIn(each, list, before.name));
}

/** How many of the tasks that change something outside can be undone. */
import { forwardTasks, type Task } from "./task";

export interface Coverage {
  readonly undoable: number;
  readonly effectful: number;
  /** Tasks that change something and say nothing of an undo. */
  readonly missing: readonly Task[];
}

/** A composite with its own undo covers what is inside; a pivot and a reasoned `none` count as decided. */
export function coverage(tasks: readonly Task[]): Coverage {
  const covered = new Set<string>();
  for (const task of forwardTasks(tasks)) {
    if (task.undo && task.groups.length > 0) {
      for (const group of task.groups) for (const inner of forwardTasks(group.tasks)) covered.add(inner.id);
    }
  }
  const effectful = [...forwardTasks(tasks)].filter((task) => task.effectful);
  const missing = effectful.filter((task) => !(task.undo || task.pivot || covered.has(task.id)));
  return { undoable: effectful.length - missing.length, effectful: effectful.length, missing };
}

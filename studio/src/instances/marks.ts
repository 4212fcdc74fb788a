/** The state of each task of a document, from what the server tells of an instance. */
import type { Mark } from "../canvas/flow";
import { everyTask, type Task } from "../document/task";

/** What is known of the runs of tasks, now or at a moment. */
export interface Runs {
  readonly tasks: readonly { readonly reference: string; readonly status: string; readonly attempt?: number }[];
  readonly incidents: readonly { readonly reference: string }[];
}

export function marksOf(instance: Runs, tasks: readonly Task[]): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  const undoOf = new Map<string, string>();
  for (const task of everyTask(tasks)) for (const each of task.undo?.tasks ?? []) undoOf.set(each.id, task.id);
  const stuck = new Set(instance.incidents.map((each) => each.reference));
  let turn = 0;
  for (const run of instance.tasks) {
    const task = undoOf.get(run.reference);
    const word = (run.attempt ?? 1) > 1 ? `${run.status} · try ${run.attempt}` : undefined;
    const mark = { state: stuck.has(run.reference) ? "stuck" : run.status, ...(word ? { word } : {}) };
    if (task === undefined) {
      marks.set(run.reference, mark);
      continue;
    }
    const before = marks.get(`${task}#undo`)?.turn;
    if (before === undefined) turn += 1;
    marks.set(`${task}#undo`, { state: run.status === "completed" ? "undone" : "undoing", turn: before ?? turn });
    marks.set(task, { state: run.status === "completed" ? "undone" : stuck.has(task) ? "stuck" : "undoing" });
  }
  for (const reference of stuck) marks.set(reference, { state: "stuck" });
  return marks;
}

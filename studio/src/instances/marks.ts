/** The state of each task of a document, from what the server tells of an instance. */
import type { Mark } from "../canvas/flow";
import { everyTask, type Task } from "../document/task";
import { stateOf } from "../ui/states";
import { stepUndoneBy } from "./undone";

/** What is known of the runs of tasks, now or at a moment. */
export interface Runs {
  readonly tasks: readonly { readonly reference: string; readonly status: string; readonly attempt?: number }[];
  readonly incidents: readonly { readonly reference: string }[];
}

export function marksOf(instance: Runs, tasks: readonly Task[]): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  const undoable = new Set<string>();
  const tries = new Set<string>();
  for (const task of everyTask(tasks)) {
    if (task.kind === "try") tries.add(task.id);
    if (task.undo) undoable.add(task.id);
  }
  const stuck = new Set(instance.incidents.map((each) => each.reference));
  let turn = 0;
  for (const run of instance.tasks) {
    const undone = stepUndoneBy(run.reference);
    const task = undone !== undefined && undoable.has(undone) ? undone : undefined;
    const word = (run.attempt ?? 1) > 1 ? `${stateOf(run.status).word} · try ${run.attempt}` : undefined;
    // What a try itself waits for is its next attempt.
    const status = run.status === "waiting" && tries.has(run.reference) ? "retrying" : run.status;
    const mark = { state: stuck.has(run.reference) ? "stuck" : status, ...(word ? { word } : {}) };
    if (task === undefined) {
      marks.set(run.reference, mark);
      continue;
    }
    const before = marks.get(`${task}#undo`)?.turn;
    if (before === undefined) turn += 1;
    const state = run.status === "completed" ? "undone" : stuck.has(task) ? "stuck" : "undoing";
    marks.set(`${task}#undo`, { state, turn: before ?? turn });
    marks.set(task, { state });
  }
  for (const reference of stuck) marks.set(reference, { state: "stuck" });
  return marks;
}

/** The state of each task in a debug session, and where it stands. */
import type { Stop } from "../api/debugging";
import type { Mark } from "../canvas/flow";
import { everyTask, type Task } from "../document/task";

/** The box where a session stands, in the drawing of `instance`; of a sub-workflow, the task that runs it. */
export function placeOf(stop: Stop, instance: string, tasks: readonly Task[]): string | undefined {
  const here = [stop.at, ...stop.stack].find((frame) => frame.instance === instance)?.reference;
  if (here === undefined) return undefined;
  // The server names what undoes a step by the author form, in whatever form it is said; nothing undoes an undo.
  const undone = [...everyTask(tasks)].find((task) => task.undo && here.startsWith(`${task.id}/compensate/`));
  return undone ? `${undone.id}#undo` : here;
}

export function withStop(
  marks: ReadonlyMap<string, Mark>,
  stop: Stop | null,
  instance: string,
  tasks: readonly Task[],
): ReadonlyMap<string, Mark> {
  const place = stop ? placeOf(stop, instance, tasks) : undefined;
  if (!stop || place === undefined) return marks;
  const word = stop.error ? "failed, stopped here" : "stopped here";
  return new Map(marks).set(place, { ...marks.get(place), state: "stopped", word });
}

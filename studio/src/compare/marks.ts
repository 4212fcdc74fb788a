/** What is said of each step and undo of two versions. What is as it was has no mark. */
import type { Mark } from "../canvas/flow";
import type { Change, Matched, Pair } from "./matching";

export interface Marks {
  readonly before: ReadonlyMap<string, Mark>;
  readonly after: ReadonlyMap<string, Mark>;
}

export function marksOf({ pairs, removed, added }: Matched): Marks {
  const before = new Map<string, Mark>();
  const after = new Map<string, Mark>();
  const put = (marks: Map<string, Mark>, id: string, change: Change | undefined): void => {
    if (change && change !== "same") marks.set(id, { state: change });
  };
  for (const { task } of removed) put(before, task.id, "removed");
  for (const { task } of added) put(after, task.id, "added");
  for (const pair of pairs) {
    put(before, pair.before.task.id, pair.change);
    put(after, pair.after.task.id, pair.change);
    put(before, `${pair.before.task.id}#undo`, pair.undo === "added" ? undefined : pair.undo);
    put(after, `${pair.after.task.id}#undo`, pair.undo === "removed" ? undefined : pair.undo);
  }
  return { before, after };
}

/** The ids of both sides of what is chosen on one of them, undo or step; the same id where it has no partner. */
export function bothSides(pairs: readonly Pair[], chosen: string | undefined): { before: string; after: string } {
  if (chosen === undefined) return { before: "", after: "" };
  const side = chosen.slice(0, 2);
  const [id = "", undo = ""] = split(chosen.slice(2));
  const pair = pairs.find((each) => (side === "b:" ? each.after : each.before).task.id === id);
  if (!pair) return side === "b:" ? { before: "", after: id + undo } : { before: id + undo, after: "" };
  return { before: pair.before.task.id + undo, after: pair.after.task.id + undo };
}

const split = (id: string): [string, string] => (id.endsWith("#undo") ? [id.slice(0, -5), "#undo"] : [id, ""]);

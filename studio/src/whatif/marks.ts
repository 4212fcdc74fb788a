/** A trace of a trial as marks on the drawing. */

import type { Step, Trace } from "../api/rehearsals";
import type { Mark } from "../canvas/flow";
import { stateOf } from "../ui/states";

const STATES: Readonly<Record<string, string>> = {
  started: "running",
  completed: "completed",
  faulted: "faulted",
  skipped: "skipped",
  cancelled: "cancelled",
  retrying: "retrying",
  stuck: "stuck",
};

export function marksOf(trace: Trace): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  const root = trace.steps?.[0]?.instance;
  for (const step of trace.steps ?? []) if (step.instance === root) forward(marks, step);
  for (const undo of trace.undos ?? []) {
    if (undo.instance !== root) continue;
    const failed = undo.result === "failed" || undo.result === "unfinished";
    marks.set(undo.reference, { state: failed ? "stuck" : "undone", word: failed ? "undo failed" : "undone" });
    marks.set(`${undo.reference}#undo`, { state: failed ? "stuck" : "undone", turn: undo.order });
  }
  return marks;
}

function forward(marks: Map<string, Mark>, step: Step): void {
  const state = STATES[step.what];
  if (!state || !step.reference || step.undo_of) return;
  const before = marks.get(step.reference);
  if (before?.state === "faulted" && state !== "running") return;
  marks.set(step.reference, {
    state,
    ...(step.attempt && step.attempt > 1 ? { word: `${stateOf(state).word} · try ${step.attempt}` } : {}),
  });
}

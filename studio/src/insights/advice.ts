/** What stands out in the figures, in plain words, and where to go from there. */
import type { InsightReport, StepFigures } from "../api/insights";
import { counted, latency, percent } from "./words";

export interface Advice {
  readonly text: string;
  readonly hint: string;
  readonly href?: string;
}

/** Fewer runs than this say nothing. */
const RUNS_MIN = 20;
const RETRIED_MIN = 0.05;
const FAILED_MIN = 0.2;
const UNDONE_MIN = 0.1;
const SLOW_FACTOR = 10;
const SLOW_MS_MIN = 1_000;
const GROWTH = 2;
const OPEN_MIN = 50;
export const ADVICE_MAX = 6;

/** The most pressing first. */
export function adviceOf(report: InsightReport): Advice[] {
  const found = [...undos(report), ...queues(report), ...report.steps.flatMap(ofStep), ...outcomes(report)];
  return found.slice(0, ADVICE_MAX);
}

function undos({ steps }: InsightReport): Advice[] {
  return steps
    .filter((step) => step.undoFailed > 0)
    .map((step) => ({
      text: `The undo of “${step.name}” failed ${times(step.undoFailed)}.`,
      hint: `What it should have taken back in ${step.workflow} is still there: look at who waits for a person.`,
      href: "/attention",
    }));
}

function queues({ queues: { dead }, buckets }: InsightReport): Advice[] {
  const found: Advice[] = [];
  if (dead > 0) {
    found.push({
      text: `${counted(dead, "event")} that should have gone out ${dead === 1 ? "was" : "were"} refused for good.`,
      hint: "They are dead letters: look at why, and send them again or drop them (counterpoint outbox).",
    });
  }
  const first = buckets[0]?.open ?? 0;
  const last = buckets.at(-1)?.open ?? 0;
  if (last >= OPEN_MIN && last > first * GROWTH) {
    found.push({
      text: `More begins than ends: ${counted(last, "instance")} ${last === 1 ? "is" : "are"} open, ${first} were at the beginning.`,
      hint: "Look at what they wait for.",
      href: "/instances?status=running",
    });
  }
  return found;
}

function ofStep(step: StepFigures): Advice[] {
  const runs = step.completed + step.failed;
  if (runs < RUNS_MIN) return [];
  const found: Advice[] = [];
  const href = `/instances?workflow=${encodeURIComponent(step.workflow)}`;
  if (step.failed / runs >= FAILED_MIN) {
    found.push({
      text: `“${step.name}” fails in ${percent(step.failed, runs)} of its runs.`,
      hint: "The clusters of failures below tell with what.",
      href: `${href}&status=faulted`,
    });
  }
  if (step.retried / runs >= RETRIED_MIN) {
    found.push({
      text: `${percent(step.retried, runs)} of the runs of “${step.name}” are a further try.`,
      hint: "Whatever it calls is often away: ask its owners, or wait longer between tries.",
      href,
    });
  }
  if (step.p50 !== null && step.p99 !== null && step.p99 >= SLOW_MS_MIN && step.p99 >= SLOW_FACTOR * step.p50) {
    found.push({
      text: `“${step.name}” mostly takes ${latency(step.p50)}, but 1 in 100 takes ${latency(step.p99)} or longer.`,
      hint: "A timeout with a new try would keep the slow ones from holding up the rest.",
    });
  }
  return found;
}

function outcomes({ total }: InsightReport): Advice[] {
  const ended = total.completed + total.failed + total.cancelled;
  if (ended < RUNS_MIN || total.undone / ended < UNDONE_MIN) return [];
  return [
    {
      text: `${percent(total.undone, ended)} of all instances that ended were undone.`,
      hint: "The earlier the step that fails most often stands, the less there is to undo.",
    },
  ];
}

const times = (count: number): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

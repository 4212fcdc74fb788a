/** What can be supposed to go wrong with a step, in words and as the kernel is told. */
import type { Fault } from "../api/rehearsals";

export interface Way {
  readonly id: string;
  readonly title: string;
  readonly told: string;
  readonly fault: (task: string) => Fault;
}

const error =
  (type: string, status: number) =>
  (task: string): Fault => ({ task, error: { type, status } });

export const WAYS: readonly Way[] = [
  {
    id: "refused",
    title: "refused (422)",
    told: "is refused, having done nothing",
    fault: error("communication", 422),
  },
  {
    id: "unavailable",
    title: "unavailable (503)",
    told: "fails, and may have happened",
    fault: error("communication", 503),
  },
  { id: "timeout", title: "no answer", told: "does not answer", fault: (task) => ({ task, timeout: true }) },
  {
    id: "crash",
    title: "the engine crashes",
    told: "is under way when the engine crashes",
    fault: (task) => ({ task, crash: "after" }),
  },
];

export const wayOf = (id: string | null): Way => WAYS.find((each) => each.id === id) ?? (WAYS[0] as Way);

/** An instance as it was at a point of its history. */
import { ask } from "./http";
import type { Problem } from "./instances";

export interface TaskMoment {
  readonly run: number;
  readonly reference: string;
  readonly name: string;
  readonly status: string;
  readonly attempt?: number;
  readonly undoOf?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: Problem;
}

/** What would move an instance on. */
export interface Wait {
  readonly for: "effect" | "timer" | "event" | "start" | "step" | "person";
  readonly run?: number;
  readonly task?: string;
  readonly reference?: string;
  /** Types of events; `*` is any. */
  readonly types?: readonly string[];
  /** In ms since 1970. */
  readonly due?: number;
  readonly function?: string;
  readonly reason?: string | null;
  readonly error?: Problem;
}

export interface Moment {
  readonly place: string;
  /** The last place that there is. */
  readonly last: string;
  readonly at: string;
  /** What had just happened. */
  readonly event: { readonly type: string; readonly [field: string]: unknown };
  readonly status: string;
  readonly saga: string | null;
  readonly input: unknown;
  readonly data: unknown;
  readonly context: unknown;
  readonly output: unknown;
  readonly error: Problem | null;
  readonly tasks: readonly TaskMoment[];
  readonly waits?: readonly Wait[];
  /** Older runs that are not shown. */
  readonly tasksLeftOut?: number;
}

export interface Difference {
  readonly pointer: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const address = (id: string, what: string): string => `/v1/instances/${encodeURIComponent(id)}/${what}`;

export const getMoment = (id: string, at: number | undefined, signal: AbortSignal): Promise<Moment> =>
  ask(address(id, at === undefined ? "state" : `state?at=${at}`), { signal });

export const getDifference = (
  id: string,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<{ items: readonly Difference[] }> => ask(address(id, `diff?from=${from}&to=${to}`), { signal });

/** What the expressions of a step saw when it ran last. */
export interface Seen {
  readonly task: string;
  /** null where the instance has not come to it. */
  readonly run: number | null;
  readonly stages: Readonly<Record<string, SeenStage | undefined>>;
}

export interface SeenStage {
  readonly data: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
}

export const getSeen = (id: string, task: string, signal: AbortSignal): Promise<Seen> =>
  ask(address(id, `seen?task=${encodeURIComponent(task)}`), { signal });

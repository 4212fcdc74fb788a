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

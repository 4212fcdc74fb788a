/** Instances on the server. */
import { ask } from "./http";

export interface InstanceEntry {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
  readonly saga: string | null;
  readonly errorType: string | null;
  readonly parent: string | null;
  readonly businessKey: string | null;
  readonly correlation: string | null;
  /** `timer`, `retry`, `event:{type}`, `incident`, `resume`. */
  readonly waitsFor: readonly string[];
  /** When the first of the times is that it waits for. */
  readonly dueAt: string | null;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

export interface Task {
  /** What events of the history name it by. */
  readonly run: number;
  readonly reference: string;
  readonly name: string;
  readonly status: string;
  readonly attempt: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly error: Problem | null;
}

export interface Problem {
  readonly type: string;
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  readonly instance?: string;
  /** What the service that failed has answered. */
  readonly content?: unknown;
}

export interface Incident {
  readonly run: number;
  readonly reference: string;
  readonly undo: boolean;
  readonly error: Problem;
}

export interface Instance {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
  readonly saga: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: Problem | null;
  readonly reason: string | null;
  readonly context: unknown;
  readonly tasks: readonly Task[];
  readonly incidents: readonly Incident[];
  readonly left: readonly { readonly task: string; readonly reason?: string; readonly error?: Problem }[];
  readonly parent: string | null;
  /** How many transitions it has made. */
  readonly sequence: number;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

/** An event of a history: what has happened, and when (in ms since 1970). */
export interface HistoryEvent {
  readonly sequence: number;
  readonly at: number;
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const address = (id: string, action = ""): string => `/v1/instances/${encodeURIComponent(id)}${action}`;

/** Several statuses stand beside each other, with commas, as in the address of a page; the server takes one by one. */
export function queryOf({ status, ...filter }: Readonly<Record<string, string>>): URLSearchParams {
  const query = new URLSearchParams(filter);
  for (const each of status?.split(",") ?? []) query.append("status", each);
  return query;
}

export function listInstances(
  filter: Readonly<Record<string, string>>,
  cursor?: string,
  signal?: AbortSignal,
): Promise<Page<InstanceEntry>> {
  const asked = queryOf(filter);
  if (cursor) asked.set("cursor", cursor);
  return ask(`/v1/instances?${asked}`, signal ? { signal } : {});
}

export interface Counts {
  readonly total: number;
  /** Whether there may be more: counting stopped at its limit. */
  readonly atLeast: boolean;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly byWorkflow: Readonly<Record<string, number>>;
}

export const countInstances = (filter: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<Counts> =>
  ask(`/v1/instances/counts?${queryOf(filter)}`, signal ? { signal } : {});

export const getInstance = (id: string, signal?: AbortSignal): Promise<Instance> =>
  ask(address(id), signal ? { signal } : {});

export interface HistoryPage {
  readonly items: readonly HistoryEvent[];
  /** The number of its last transition; null where nothing follows. */
  readonly next: number | null;
}

/** Transitions after number `after`, `limit` of them at most. */
export const getHistory = (id: string, after: number, limit: number, signal: AbortSignal): Promise<HistoryPage> =>
  ask(address(id, `/history?after=${after}&limit=${limit}`), { signal });

export interface Start {
  readonly definition: string;
  readonly input: unknown;
  readonly businessKey?: string;
}

/** With the same key, the same start happens once, however often it is asked for. */
export const startInstance = (start: Start, key: string): Promise<{ id: string }> =>
  ask("/v1/instances", { json: start, headers: { "Idempotency-Key": key } });

export type Action = "cancel" | "suspend" | "resume" | "retry" | "resolve" | "compensate";

export const act = (id: string, action: Action, json: unknown = {}): Promise<Instance> =>
  ask(address(id, `/${action}`), { json });

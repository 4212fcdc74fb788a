/** Debug sessions on the server: of an instance, or of a document in a simulated world. */
import { ask } from "./http";
import type { Problem } from "./instances";
import type { Moment } from "./moments";

/** Where to stop: before a task, before an error is handled, before the undo of a task. */
export interface Breakpoint {
  readonly on: "task" | "fault" | "undo";
  readonly task: string | null;
  /** jq; `.` is what flows into the task. */
  readonly condition: string | null;
}

export interface SetBreakpoint extends Breakpoint {
  readonly id: number;
}

/** A task of the call tree. */
export interface Frame {
  readonly instance: string;
  readonly workflow: string;
  readonly task: string;
  readonly reference: string;
}

export interface Stop {
  readonly reason: "entry" | "pause" | "step" | "breakpoint" | "fault" | "undo";
  readonly at: Frame;
  /** What is around it, the innermost first. */
  readonly stack: readonly Frame[];
  readonly input: unknown;
  readonly context: unknown;
  readonly attempt: number;
  readonly error: Problem | null;
  readonly undo_of: string | null;
  readonly note: string | null;
}

export interface Wait {
  readonly for: string;
  readonly task?: string;
  readonly reference?: string;
  readonly [member: string]: unknown;
}

export interface DebugSession {
  readonly id: string;
  readonly instance: string;
  readonly owner: string;
  readonly state: "running" | "stopped" | "ended";
  readonly stop: Stop | null;
  readonly ended: string | null;
  readonly breakpoints: readonly SetBreakpoint[];
  readonly waits: readonly Wait[];
}

export type Command =
  | { readonly command: "continue" | "over" | "into" | "out" | "pause" | "fail" | "renew" }
  | { readonly command: "output"; readonly value: unknown }
  | { readonly command: "edit"; readonly what: "data" | "context"; readonly value: unknown }
  | ({ readonly command: "break" } & Breakpoint)
  | { readonly command: "clear"; readonly breakpoint: number };

/** What is debugged. */
export type Debuggee =
  | { readonly instance: string; readonly takeover?: boolean }
  | { readonly simulation: { readonly document: string; readonly input?: unknown } };

const SESSIONS = "/v1/debug/sessions";

export const sessionAddress = (id: string, what = ""): string => `${SESSIONS}/${encodeURIComponent(id)}${what}`;

export const openSession = (
  debuggee: Debuggee,
  owner: string,
  breakpoints: readonly Breakpoint[],
): Promise<DebugSession> => ask(SESSIONS, { json: { ...debuggee, owner, breakpoints } });

export const getSession = (id: string): Promise<DebugSession> => ask(sessionAddress(id));

export const command = (id: string, given: Command): Promise<DebugSession> =>
  ask(sessionAddress(id, "/commands"), { json: given });

/** Asked for also while the page goes away: what is held goes on at once, not when the lease ends. */
export const closeSession = (id: string): Promise<DebugSession> =>
  ask(sessionAddress(id), { method: "DELETE", keepalive: true });

export const getSessionMoment = (id: string, at: number | undefined): Promise<Moment> =>
  ask(sessionAddress(id, at === undefined ? "/state" : `/state?at=${at}`));

/** Trials and verifications of a document, by the server's own kernel. */
import { ask } from "./http";
import type { Problem } from "./instances";

/** Something that happened in a trial. Times in ms since it began. */
export interface Step {
  readonly number: number;
  readonly at: number;
  readonly instance: string;
  readonly what: string;
  readonly task?: string;
  readonly reference?: string;
  readonly attempt?: number;
  readonly error?: Problem;
  readonly branch?: string;
  readonly order?: number;
  readonly undo_of?: string;
}

export interface UndoMade {
  readonly order: number;
  readonly task: string;
  readonly reference: string;
  readonly instance: string;
  readonly result: "undone" | "nothing" | "failed" | "skipped" | "unfinished";
  readonly attempts: number;
}

export interface Left {
  readonly task: string;
  readonly reference: string;
  readonly why: string;
  readonly meant?: boolean;
}

export interface Trace {
  readonly workflow: string;
  readonly status: string;
  readonly saga?: string;
  readonly duration?: number;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: Problem;
  readonly halted?: string;
  readonly steps?: readonly Step[];
  readonly undos?: readonly UndoMade[];
  readonly left?: readonly Left[];
  readonly unmet?: readonly string[];
}

/** As in a scenario file (docs/guide/testing.md). */
export interface Fault {
  readonly task: string;
  readonly undo?: true;
  readonly error?: { readonly type: string; readonly status?: number };
  readonly timeout?: true;
  readonly crash?: "before" | "after";
}

export interface Supposed {
  readonly document: string;
  readonly faults: readonly Fault[];
  /** The smallest that the document's schema allows, where it is left out. */
  readonly input?: unknown;
}

export const whatIf = (supposed: Supposed, signal?: AbortSignal): Promise<{ trace: Trace }> =>
  ask("/v1/rehearsals/what-if", { json: supposed, ...(signal ? { signal } : {}) });

export interface Finding {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly title: string;
  readonly message: string;
  readonly pointer: string;
  readonly task: string;
  readonly hint?: string;
  readonly story?: { readonly steps: readonly string[]; readonly scenario?: unknown };
}

export interface Verdict {
  readonly states: number;
  readonly ends: number;
  readonly unexplored: number;
  readonly findings: readonly Finding[];
}

export const verify = (document: string): Promise<Verdict> => ask("/v1/rehearsals/verify", { json: { document } });

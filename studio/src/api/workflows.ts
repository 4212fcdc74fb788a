/** Workflows on the server: all versions of one name, and how they are doing. */
import type { DefinitionEntry } from "./definitions";
import { ask } from "./http";

export interface UndoCoverage {
  readonly undoable: number;
  readonly effectful: number;
  /** Whether anything says how it would be undone, also what changes nothing outside. */
  readonly undoes: boolean;
}

/** How instances have ended in the last 24 hours; each counts once. */
export interface DayOutcomes {
  readonly completed: number;
  readonly undone: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly atLeast: boolean;
}

export interface Health {
  readonly byStatus: Readonly<Record<string, number>>;
  /** Those of them that wait for a decision about an incident, by status. */
  readonly needsPerson: Readonly<Record<string, number>>;
  readonly day: DayOutcomes;
}

export interface WorkflowEntry {
  readonly namespace: string;
  readonly name: string;
  readonly title: string | null;
  readonly summary: string | null;
  /** What `latest` means; where all versions are retired, the highest. */
  readonly newest: DefinitionEntry;
  readonly versions: number;
  readonly undo: UndoCoverage;
  readonly health: Health;
}

export interface WorkflowVersion extends DefinitionEntry {
  /** What a change of its state is bound to. */
  readonly tag: string;
  readonly reason: string | null;
  readonly changedBy: string | null;
  readonly undo: UndoCoverage;
  readonly health: Health;
}

export interface Workflow extends WorkflowEntry {
  /** The highest version first. */
  readonly items: readonly WorkflowVersion[];
}

export const listWorkflows = (): Promise<{ items: readonly WorkflowEntry[] }> => ask("/v1/workflows");

export const getWorkflow = (namespace: string, name: string): Promise<Workflow> =>
  ask(`/v1/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`);

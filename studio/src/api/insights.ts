/** How instances have been doing, as the server reads it from its journal. */
import { ask } from "./http";

export interface Figures {
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly undone: number;
  readonly retries: number;
  readonly incidents: number;
  readonly resolved: number;
}

export interface Bucket extends Figures {
  readonly at: string;
  /** Instances that had not ended at its end. */
  readonly open: number;
  /** Incidents that waited for a person at its end. */
  readonly stuck: number;
  /** Messages that the engine had not handled, and events that were owed, at most; null where nobody looked. */
  readonly inbox: number | null;
  readonly owed: number | null;
}

/** Latencies in ms. */
export interface StepFigures {
  readonly workflow: string;
  readonly reference: string;
  readonly name: string;
  readonly completed: number;
  readonly failed: number;
  readonly retried: number;
  readonly undone: number;
  readonly undoFailed: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly histogram: readonly { readonly below: number; readonly count: number }[];
}

export interface Cluster {
  readonly workflow: string;
  readonly reference: string;
  readonly name: string;
  readonly undo: boolean;
  readonly errorType: string;
  readonly status: number;
  readonly title: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly instances: readonly string[];
}

export interface Queues {
  readonly inbox: number;
  readonly owed: number;
  readonly dead: number;
  readonly waits: Readonly<Record<string, number>>;
}

export interface InsightReport {
  readonly since: string;
  readonly until: string;
  readonly bucketSeconds: number;
  readonly readTo: string;
  /** Whether everything is counted; otherwise to ask again tells more. */
  readonly whole: boolean;
  readonly total: Figures;
  readonly buckets: readonly Bucket[];
  readonly steps: readonly StepFigures[];
  readonly clusters: readonly Cluster[];
  readonly queues: Queues;
}

export function getInsights(from: string, workflow: string | undefined, signal: AbortSignal): Promise<InsightReport> {
  const asked = new URLSearchParams({ from, ...(workflow ? { workflow } : {}) });
  return ask(`/v1/insights?${asked}`, { signal });
}

/** Forks: a new instance from a point of the history of another one. */
import { ask } from "./http";

export interface Repeated {
  readonly task: string;
  readonly function: string;
  /** The fork begins with it. Otherwise the origin has begun it after the point. */
  readonly inFlight: boolean;
}

export interface Shared {
  readonly task: string;
  /** The origin has begun to undo it since. */
  readonly undone: boolean;
}

export interface ForkPlan {
  readonly at: number;
  /** The last transition of the origin. */
  readonly last: number;
  readonly repeats: readonly Repeated[];
  readonly repeatsCount: number;
  readonly shared: readonly Shared[];
  readonly sharedCount: number;
}

export interface Fork {
  readonly at: number;
  readonly reason: string;
  readonly id: string;
  readonly businessKey?: string;
}

const address = (origin: string): string => `/v1/instances/${encodeURIComponent(origin)}/fork`;

/** What it would do once more. Nothing is made. */
export const planFork = (origin: string, at: number): Promise<ForkPlan> =>
  ask(address(origin), { json: { at, reason: "planned", dryRun: true } });

export const makeFork = (origin: string, fork: Fork): Promise<{ readonly id: string }> =>
  ask(address(origin), { json: fork });

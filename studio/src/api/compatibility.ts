/** Comparisons of versions on the server: what a later one changes for those who rely on the earlier one. */
import { ask } from "./http";

export interface TextPlace {
  /** JSON pointer. */
  readonly pointer: string;
  readonly line: number;
  readonly column: number;
}

export type Bump = "none" | "patch" | "minor" | "major";

export interface Difference {
  readonly kind: string;
  readonly severity: "breaking" | "note";
  readonly bump: Bump;
  readonly what: string;
  readonly why: string;
  readonly before: TextPlace | null;
  readonly after: TextPlace | null;
}

export interface Compatibility {
  readonly before: string;
  readonly after: string;
  readonly verdict: "compatible" | "breaking";
  readonly bumpNeeded: Bump;
  readonly bumpMade: Bump | "prerelease";
  readonly bumpEnough: boolean;
  readonly findings: readonly Difference[];
}

export interface Earlier {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

const address = ({ namespace, name, version }: Earlier): string =>
  `/v1/definitions/${[namespace, name, version].map(encodeURIComponent).join("/")}/compatibility`;

export const compareVersions = (before: Earlier, later: string): Promise<Compatibility> =>
  ask(`${address(before)}?with=${encodeURIComponent(later)}`);

/** Against a text that is not published. Nothing is written. */
export const compareText = (before: Earlier, yaml: string, signal?: AbortSignal): Promise<Compatibility> =>
  ask(address(before), { yaml, ...(signal ? { signal } : {}) });

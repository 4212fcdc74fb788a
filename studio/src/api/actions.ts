/** Actions on all instances that match a filter: dry first, and then on just those. */
import { ask } from "./http";
import type { InstanceEntry } from "./instances";

export type BulkAction = "resume" | "cancel";

export interface DryRun {
  readonly count: number;
  /** The action is refused where others match by now. */
  readonly token: string;
  readonly sample: readonly InstanceEntry[];
}

export interface ActionItem {
  readonly id: string;
  readonly done: boolean;
  readonly problem?: { readonly title: string; readonly detail: string };
}

interface Asked {
  readonly action: BulkAction;
  readonly filter: Readonly<Record<string, unknown>>;
}

const PATH = "/v1/bulk/actions";

export const dryRun = (asked: Asked, signal: AbortSignal): Promise<DryRun> => ask(PATH, { json: asked, signal });

export const actOnAll = (
  asked: Asked & { readonly reason: string; readonly token: string },
): Promise<{ items: readonly ActionItem[] }> => ask(PATH, { json: { ...asked, dryRun: false } });

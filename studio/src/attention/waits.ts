/** Waits that have gone on for long, by workflow and by what is waited for. */
import type { BulkAction } from "../api/actions";
import { type Counts, countInstances, type InstanceEntry, listInstances } from "../api/instances";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A timer that is so late will not fire by itself soon. */
export const LATE_MS = MINUTE;
/** How many workflows with late timers are shown, those with the most first, and how many instances of each, the latest. */
const LATE_WORKFLOWS = 10;
const LATE_SHOWN = 5;

export interface Kind {
  readonly name: string;
  /** What is said of `2 instances of shop/order`. */
  readonly told: string;
  readonly filter: Readonly<Record<string, string>>;
  /** How long ago they must have begun, in ms. */
  readonly older: number;
  readonly actions: readonly BulkAction[];
}

export const KINDS: readonly Kind[] = [
  {
    name: "suspended",
    told: "began more than an hour ago and wait to be resumed by a person",
    filter: { waitsFor: "resume" },
    older: HOUR,
    actions: ["resume", "cancel"],
  },
  {
    name: "retried",
    told: "began more than an hour ago and are still being tried again",
    filter: { waitsFor: "retry" },
    older: HOUR,
    actions: ["cancel"],
  },
  {
    name: "event",
    told: "began more than a day ago and wait for an event",
    filter: { waitsFor: "event" },
    older: DAY,
    actions: ["cancel"],
  },
];

export interface Wait {
  readonly kind: Kind;
  /** `namespace/name:version`. */
  readonly workflow: string;
  readonly count: number;
  /** As the server takes it. */
  readonly filter: Readonly<Record<string, string>>;
}

/** The largest first. */
export async function longWaits(signal: AbortSignal, now = Date.now()): Promise<Wait[]> {
  const found = await Promise.all(
    KINDS.map(async (kind) => {
      // Whole minutes, so that the same question has the same address for a while.
      const createdTo = new Date(now - (now % MINUTE) - kind.older).toISOString();
      return waitsOf(kind, { ...kind.filter, createdTo }, await countInstances({ ...kind.filter, createdTo }, signal));
    }),
  );
  return found.flat().sort((a, b) => b.count - a.count);
}

export function waitsOf(kind: Kind, filter: Readonly<Record<string, string>>, counts: Counts): Wait[] {
  return Object.entries(counts.byWorkflow).map(([workflow, count]) => ({
    kind,
    workflow,
    count,
    filter: { ...filter, workflow },
  }));
}

export interface Late {
  /** `namespace/name:version`. */
  readonly workflow: string;
  readonly count: number;
  /** As the server takes it. */
  readonly filter: Readonly<Record<string, string>>;
  /** Those few that have been overdue for the longest, these first. */
  readonly entries: readonly InstanceEntry[];
}

/** All whose time has passed and whom nobody has suspended, by workflow; those with the most first. */
export async function lateTimers(signal: AbortSignal, now = Date.now()): Promise<Late[]> {
  const dueTo = new Date(now - LATE_MS).toISOString();
  const filter = { dueTo, status: "running,waiting" };
  const groups = lateOf(filter, await countInstances(filter, signal));
  return Promise.all(
    groups.map(async (group) => {
      const { items } = await listInstances(
        { ...group.filter, order: "due", limit: String(LATE_SHOWN) },
        undefined,
        signal,
      );
      return { ...group, entries: items };
    }),
  );
}

export function lateOf(filter: Readonly<Record<string, string>>, counts: Counts): Omit<Late, "entries">[] {
  return Object.entries(counts.byWorkflow)
    .map(([workflow, count]) => ({ workflow, count, filter: { ...filter, workflow } }))
    .sort((a, b) => b.count - a.count)
    .slice(0, LATE_WORKFLOWS);
}

/** Which workflows are listed, and in what order. Of equals, the names decide, so that no order is by chance. */
import type { Health, WorkflowEntry } from "../api/workflows";

export const ORDERS = ["name", "undo", "attention", "failed", "published"] as const;
export type Order = (typeof ORDERS)[number];

export interface Sorting {
  readonly by: Order;
  readonly reversed: boolean;
}

/** As it stands in the address: `failed`, or `-failed` for the other way round. */
export function sortingOf(text: string | null): Sorting {
  const reversed = text?.startsWith("-") ?? false;
  const by = ORDERS.find((each) => each === text?.replace(/^-/, ""));
  return by ? { by, reversed } : { by: "name", reversed: false };
}

/** What the address says after somebody asks for an order; asked for again, it is the other way round. */
export function asked(now: Sorting, by: Order): string | undefined {
  const text = now.by === by && !now.reversed ? `-${by}` : by;
  return text === "name" ? undefined : text;
}

/** Every word is looked for in namespace, name and title. */
export function matches(workflow: WorkflowEntry, text: string): boolean {
  const told = `${workflow.namespace}/${workflow.name} ${workflow.title ?? ""}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => told.includes(word));
}

export function listed(workflows: readonly WorkflowEntry[], text: string, sorting: Sorting): WorkflowEntry[] {
  const way = sorting.reversed ? -1 : 1;
  return workflows.filter((each) => matches(each, text)).sort((a, b) => way * FIRST[sorting.by](a, b) || byName(a, b));
}

/** Numbers in names by their value: `refund-2` before `refund-10`. */
const { compare } = new Intl.Collator("en", { numeric: true });

const byName = (a: WorkflowEntry, b: WorkflowEntry): number =>
  compare(a.namespace, b.namespace) || compare(a.name, b.name) || (a.name < b.name ? -1 : 1);

/** What asks for somebody comes first: the least covered, the most stuck, the most failed, the newest. */
const FIRST: Record<Order, (a: WorkflowEntry, b: WorkflowEntry) => number> = {
  name: byName,
  undo: (a, b) => missing(b) - missing(a),
  attention: (a, b) => needing(b.health) - needing(a.health) || unfinished(b) - unfinished(a),
  failed: (a, b) => b.health.day.failed - a.health.day.failed || ended(b) - ended(a),
  published: (a, b) => Date.parse(b.newest.publishedAt) - Date.parse(a.newest.publishedAt),
};

/** How many wait for a decision of a person. */
export const needing = ({ needsPerson }: Health): number =>
  Object.values(needsPerson).reduce((sum, each) => sum + each, 0);

const missing = ({ undo }: WorkflowEntry): number => undo.effectful - undo.undoable;

const UNFINISHED = ["pending", "running", "waiting", "suspended"];

const unfinished = ({ health }: WorkflowEntry): number =>
  UNFINISHED.reduce((sum, status) => sum + (health.byStatus[status] ?? 0), 0);

const ended = ({ health: { day } }: WorkflowEntry): number => day.completed + day.undone + day.failed + day.cancelled;

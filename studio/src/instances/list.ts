/** A long list of instances that is read page by page, and what a page that is asked for again says about it. */
import type { InstanceEntry, Page } from "../api/instances";

export interface Part extends Page<InstanceEntry> {
  /** What it was asked for with; undefined at the top. */
  readonly cursor: string | undefined;
}

export interface News {
  /** Entries that are known, as they are now. */
  readonly changed: ReadonlyMap<string, InstanceEntry>;
  /** Those that are asked for no longer. */
  readonly gone: readonly string[];
  /** How many are new in this part. */
  readonly added: number;
}

/** Every instance once, even where what was added or has gone has moved the borders of pages. */
export interface Joined {
  readonly parts: readonly Part[];
  readonly entries: readonly InstanceEntry[];
  readonly seen: ReadonlySet<string>;
}

export const NONE: Joined = { parts: [], entries: [], seen: new Set() };

/** The entries of these parts; those of the parts that were joined before (and are used up by this) not gone through again. */
export function joinedWith(before: Joined, parts: readonly Part[]): Joined {
  if (before.parts === parts) return before;
  const count = before.parts.length;
  const longer = count > 0 && count <= parts.length && before.parts.every((part, index) => part === parts[index]);
  const seen = longer ? (before.seen as Set<string>) : new Set<string>();
  const added: InstanceEntry[] = [];
  for (const part of longer ? parts.slice(before.parts.length) : parts) {
    for (const entry of part.items) {
      if (seen.has(entry.id)) continue;
      seen.add(entry.id);
      added.push(entry);
    }
  }
  return { parts, entries: longer ? before.entries.concat(added) : added, seen };
}

/** What a part that was asked for again (with some more entries than it has) says. `elsewhere`: ids of other parts. */
export function newsOf(part: Part, fresh: Page<InstanceEntry>, elsewhere: ReadonlySet<string>): News {
  const known = new Map(part.items.map((entry) => [entry.id, entry]));
  const here = new Map(fresh.items.map((entry) => [entry.id, entry]));
  const changed = new Map<string, InstanceEntry>();
  for (const [id, entry] of here) {
    const before = known.get(id);
    if (before && !same(before, entry)) changed.set(id, entry);
  }
  const covered = fresh.next === null ? part.items.length : part.items.findLastIndex(({ id }) => here.has(id));
  const gone = part.items.slice(0, covered).filter(({ id }) => !here.has(id));
  const border = fresh.items.findIndex(({ id }) => elsewhere.has(id) && !known.has(id));
  const whole = border < 0 ? fresh.items : fresh.items.slice(0, border);
  const end = whole.findLastIndex(({ id }) => known.has(id));
  // What follows the last that is known belongs to the next part, where there is one.
  const own = part.next === null ? whole : whole.slice(0, end + 1);
  return { changed, gone: gone.map(({ id }) => id), added: own.filter(({ id }) => !known.has(id)).length };
}

/** The parts with their entries as they are now. */
export function withChanges(parts: readonly Part[], changed: ReadonlyMap<string, InstanceEntry>): readonly Part[] {
  if (changed.size === 0) return parts;
  return parts.map((part) =>
    part.items.some(({ id }) => changed.has(id))
      ? { ...part, items: part.items.map((entry) => changed.get(entry.id) ?? entry) }
      : part,
  );
}

/** Those that are asked for no longer; what has come again is one of them no more. */
export function withGone(
  before: ReadonlySet<string>,
  gone: readonly string[],
  fresh: Page<InstanceEntry>,
): ReadonlySet<string> {
  const again = fresh.items.filter(({ id }) => before.has(id));
  if (again.length === 0 && gone.every((id) => before.has(id))) return before;
  const after = new Set([...before, ...gone]);
  for (const { id } of again) after.delete(id);
  return after;
}

const same = (a: InstanceEntry, b: InstanceEntry): boolean =>
  a.status === b.status &&
  a.saga === b.saga &&
  a.errorType === b.errorType &&
  a.endedAt === b.endedAt &&
  a.dueAt === b.dueAt &&
  a.waitsFor.join() === b.waitsFor.join();

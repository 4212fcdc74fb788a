/** What a step of the history has changed, gathered by what it is about: a step, the data, the context … */
import type { Difference } from "../api/moments";

export interface Changed {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface Line {
  /** Where in it; empty for all of it. */
  readonly place: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const TITLES: Readonly<Record<string, string>> = {
  status: "Status",
  saga: "Undo",
  data: "What flows on",
  context: "Context",
  output: "Output",
  error: "Error",
  reason: "Reason",
  left: "Left behind",
};
/** What an event says anyway. */
const PLAIN = new Set(["run", "reference", "name", "parent", "started_at", "ended_at", "key"]);

/** `names`: those of the steps by the number of their run. */
export function gathered(changes: readonly Difference[], names: ReadonlyMap<number, string>): Changed[] {
  const found = new Map<string, Line[]>();
  for (const { pointer, ...values } of changes) {
    const [first = "", second = "", ...rest] = pointer.split("/").slice(1);
    const ofStep = first === "tasks" || first === "log";
    const title = ofStep
      ? `${first === "log" ? "To be undone: " : ""}${names.get(Number(second)) ?? `run ${second}`}`
      : (TITLES[first] ?? first);
    const parts = ofStep ? rest : [second, ...rest].filter((part) => part !== "");
    const lines = ofStep && parts.length === 0 ? whole(values) : [{ place: parts.join(" / "), ...values }];
    const kept = lines.filter(({ place }) => !ofStep || !PLAIN.has(place));
    if (kept.length > 0) found.set(title, [...(found.get(title) ?? []), ...kept]);
  }
  return [...found].map(([title, lines]) => ({ title, lines }));
}

/** A step that was not there before, member by member. */
function whole({ before, after }: Omit<Difference, "pointer">): Line[] {
  const members = (value: unknown): Record<string, unknown> =>
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return [
    ...Object.entries(members(before)).map(([place, value]) => ({ place, before: value })),
    ...Object.entries(members(after)).map(([place, value]) => ({ place, after: value })),
  ];
}

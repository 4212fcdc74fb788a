/** Breakpoints belong to a session, not to the document. They are kept for this tab, so that a session can begin anew. */
import { useCallback, useState } from "react";
import type { Breakpoint, SetBreakpoint } from "../api/debugging";
import { tab } from "../ui/storage";

/** A breakpoint by the box that it is drawn at: `/do/0/pay`, or `/do/0/pay#undo`. */
export function breakpointAt(box: string, condition: string | null = null): Breakpoint {
  const undo = box.endsWith("#undo");
  return { on: undo ? "undo" : "task", task: undo ? box.slice(0, -"#undo".length) : box, condition };
}

export const boxOf = ({ on, task }: Breakpoint): string | undefined =>
  task === null || on === "fault" ? undefined : on === "undo" ? `${task}#undo` : task;

export const ANY_FAULT: Breakpoint = { on: "fault", task: null, condition: null };

const same = (a: Breakpoint, b: Breakpoint): boolean => a.on === b.on && a.task === b.task;

/** Set where there was none, cleared where there was one. */
export function toggled(all: readonly Breakpoint[], one: Breakpoint): readonly Breakpoint[] {
  const others = all.filter((each) => !same(each, one));
  return others.length === all.length ? [...all, one] : others;
}

export const conditioned = (
  all: readonly Breakpoint[],
  one: Breakpoint,
  condition: string | null,
): readonly Breakpoint[] => all.map((each) => (same(each, one) ? { ...each, condition } : each));

/** What a session must be told so that its breakpoints are the wanted ones. */
export function changes(
  set: readonly SetBreakpoint[],
  wanted: readonly Breakpoint[],
): { readonly clear: readonly number[]; readonly add: readonly Breakpoint[] } {
  const equal = (a: Breakpoint, b: Breakpoint): boolean => same(a, b) && a.condition === b.condition;
  return {
    clear: set.filter((each) => !wanted.some((one) => equal(each, one))).map((each) => each.id),
    add: wanted.filter((one) => !set.some((each) => equal(each, one))),
  };
}

export interface Breakpoints {
  readonly all: readonly Breakpoint[];
  readonly toggle: (one: Breakpoint) => void;
  readonly condition: (one: Breakpoint, condition: string | null) => void;
}

/** `of` names the workflow. */
export function useBreakpoints(of: string): Breakpoints {
  const key = `counterpoint.breakpoints.${of}`;
  const [kept, setKept] = useState(() => ({ key, all: read(key) }));
  const all = kept.key === key ? kept.all : read(key);
  const change = useCallback(
    (how: (all: readonly Breakpoint[]) => readonly Breakpoint[]) => {
      const next = how(read(key));
      tab.set(key, JSON.stringify(next));
      setKept({ key, all: next });
    },
    [key],
  );
  return {
    all,
    toggle: useCallback((one) => change((before) => toggled(before, one)), [change]),
    condition: useCallback((one, text) => change((before) => conditioned(before, one, text)), [change]),
  };
}

const read = (key: string): readonly Breakpoint[] => JSON.parse(tab.get(key) ?? "[]") as Breakpoint[];

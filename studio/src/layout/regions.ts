/** Which tasks of a list belong to which case of a `switch`: those become columns, anything else a jump. */
import type { Task } from "../document/task";

export interface Column {
  readonly label: string;
  readonly hint?: string;
  /** Positions in the list, one after the other. */
  readonly own: readonly number[];
}

export interface Region {
  /** Where the columns come together again: a position in the list, or its length. */
  readonly join: number;
  readonly columns: readonly Column[];
}

export interface Jump {
  readonly from: number;
  readonly to: number;
  readonly label?: string;
  readonly hint?: string;
}

/** The columns below the switch at `position`, where its cases exclude each other and meet again. */
export function regionOf(tasks: readonly Task[], position: number): Region | undefined {
  const task = tasks[position];
  if (!task || task.cases.length === 0) return undefined;
  const starts = successors(tasks, position);
  if (starts.some((start) => start <= position)) return undefined;
  const reached = starts.map((start) => reach(tasks, start, position));
  const join = firstCommon(reached, position + 1, tasks.length);
  if (join === undefined) return undefined;
  const columns = starts.map((start, index): Column => {
    const own = start === join ? [] : [...(reached[index] ?? [])].filter((each) => each < join).sort((a, b) => a - b);
    const from = task.cases[index];
    return { label: from?.name ?? "otherwise", own, ...(from?.when === undefined ? {} : { hint: from.when }) };
  });
  return isClean(columns, position, join) ? { join, columns } : undefined;
}

/** Where control goes that does not simply go on. */
export function jumpsOf(tasks: readonly Task[], position: number): Jump[] {
  const task = tasks[position];
  if (!task) return [];
  const jump = (then: string | undefined, more: { label?: string; hint?: string }): Jump[] => {
    const to = then === undefined ? -1 : tasks.findIndex((each) => each.name === then);
    return to < 0 || to === position + 1 ? [] : [{ from: position, to, ...more }];
  };
  const cases = task.cases.flatMap((each) =>
    jump(each.then, { label: each.name, ...(each.when === undefined ? {} : { hint: each.when }) }),
  );
  return [...cases, ...jump(task.then, {})];
}

/** Whether control never goes from this task to the one below it. */
export function leavesAlways(tasks: readonly Task[], position: number): boolean {
  const next = position + 1;
  return !successors(tasks, position).includes(next);
}

function successors(tasks: readonly Task[], position: number): number[] {
  const task = tasks[position];
  const target = (then: string | undefined): number => {
    if (then === undefined || then === "continue") return position + 1;
    const found = tasks.findIndex((each) => each.name === then);
    return found < 0 ? tasks.length : found;
  };
  if (!task || task.cases.length === 0) return [target(task?.then)];
  const found = task.cases.map((each) => target(each.then));
  return task.cases.some((each) => each.when === undefined) ? found : [...found, target(task.then)];
}

/** What control can come to below a position; ways back are no part of it. */
function reach(tasks: readonly Task[], start: number, above: number): Set<number> {
  const seen = new Set<number>();
  const waiting = [start];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    if (seen.has(each)) continue;
    seen.add(each);
    if (each < tasks.length) waiting.push(...successors(tasks, each).filter((next) => next > above));
  }
  return seen;
}

function firstCommon(sets: readonly Set<number>[], from: number, to: number): number | undefined {
  for (let each = from; each <= to; each += 1) if (sets.every((set) => set.has(each))) return each;
  return undefined;
}

/** Columns share no task, hold all that stands between, and are each one piece. */
function isClean(columns: readonly Column[], position: number, join: number): boolean {
  const all = columns.flatMap((column) => column.own);
  const whole = new Set(all).size === all.length && all.length === join - position - 1;
  const pieces = columns.every(({ own }) =>
    own.every((each, index) => index === 0 || each === (own[index - 1] ?? 0) + 1),
  );
  return whole && pieces && all.every((each) => each > position);
}

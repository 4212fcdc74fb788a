/** Which tasks of a list belong to which case of a `switch`: those become columns, anything else a jump. */
import type { Task } from "../document/task";

export interface Column {
  readonly label: string;
  readonly hint?: string;
  /** Positions in the list, one after the other. */
  readonly own: readonly number[];
  /** Whether a way leads on to where the columns join: none does from what raises an error. */
  readonly leads: boolean;
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
  // What ends in an error meets nothing: the others do, or all of them at the end of the list.
  const living = reached.filter((each) => leadsOn(tasks, each));
  const join = firstCommon(living, position + 1, tasks.length);
  const found = join === undefined ? undefined : regionTo(tasks, position, starts, reached, join);
  const end = tasks.length;
  if (found || living.length === reached.length || living.some((each) => !each.has(end))) return found;
  return regionTo(tasks, position, starts, reached, end);
}

function regionTo(
  tasks: readonly Task[],
  position: number,
  starts: readonly number[],
  reached: readonly ReadonlySet<number>[],
  join: number,
): Region | undefined {
  const task = tasks[position];
  if (!task || starts.some((start) => start > join)) return undefined;
  const unnamed = isSwitchOpen(task) ? "otherwise" : "skipped";
  const columns = starts.map((start, index): Column => {
    const own = start === join ? [] : [...(reached[index] ?? [])].filter((each) => each < join).sort((a, b) => a - b);
    const from = task.cases[index];
    const label = from?.name ?? (index === task.cases.length ? unnamed : "skipped");
    const leads = own.length === 0 || own.some((each) => successors(tasks, each).some((next) => !own.includes(next)));
    return { label, own, leads, ...(from?.when === undefined ? {} : { hint: from.when }) };
  });
  const whole = isClean(columns, position, join) && columns.every(({ own }) => staysIn(tasks, own, join));
  return whole ? { join, columns } : undefined;
}

/** Whether no way leads out of a column but from its end to the join: there is no line for another. */
const staysIn = (tasks: readonly Task[], own: readonly number[], join: number): boolean =>
  own
    .filter((each) => tasks[each]?.condition !== undefined || tasks[each]?.caughtThen !== undefined)
    .every((each) => jumpsOf(tasks, each).every(({ to }) => (to === join ? each === own.at(-1) : own.includes(to))));

/** Where control goes that does not simply go on. */
export function jumpsOf(tasks: readonly Task[], position: number): Jump[] {
  const task = tasks[position];
  if (!task) return [];
  if (task.kind === "raise") return [];
  const jump = (then: string | undefined, more: { label?: string; hint?: string }): Jump[] => {
    const to = then === undefined ? -1 : tasks.findIndex((each) => each.name === then);
    return to < 0 || to === position + 1 ? [] : [{ from: position, to, ...more }];
  };
  const cases = task.cases.flatMap((each) =>
    jump(each.then, { label: each.name, ...(each.when === undefined ? {} : { hint: each.when }) }),
  );
  return [...cases, ...jump(task.then, {}), ...jump(task.caughtThen, { label: "caught" })];
}

/** Whether control never goes from this task to the one below it. */
export function leavesAlways(tasks: readonly Task[], position: number): boolean {
  const next = position + 1;
  return !successors(tasks, position).includes(next);
}

/** Whether a switch may choose none of its cases. */
const isSwitchOpen = (task: Task): boolean => task.cases.every((each) => each.when !== undefined);

/** Where control may go from a task, once for each case and each other way; as the server has it. */
function successors(tasks: readonly Task[], position: number): number[] {
  const task = tasks[position];
  const target = (then: string | undefined): number => {
    if (then === undefined || then === "continue") return position + 1;
    const found = tasks.findIndex((each) => each.name === then);
    return found < 0 ? tasks.length : found;
  };
  if (!task) return [position + 1];
  const ways = task.kind === "raise" ? [] : task.cases.map((each) => target(each.then));
  if (task.kind !== "raise" && isSwitchOpen(task)) ways.push(target(task.then));
  if (task.caughtThen !== undefined) ways.push(target(task.caughtThen));
  // It is skipped where its condition does not hold.
  if (task.condition !== undefined && !ways.includes(position + 1)) ways.push(position + 1);
  return ways;
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

/** Whether something of these leads to the end of the list, or back. */
const leadsOn = (tasks: readonly Task[], reached: ReadonlySet<number>): boolean =>
  [...reached].some((each) => each >= tasks.length || successors(tasks, each).some((next) => !reached.has(next)));

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

/** How many of the tasks that change something outside can be undone: the rule of the server, so that both say the same. */
import { plainOf } from "./aliases";
import {
  Effects,
  isCovered,
  isPlain,
  type Known,
  listsOf,
  type Named,
  NOTHING,
  namedIn,
  type Plain,
  said,
} from "./effects";
import { forwardTasks, type Model, type Task } from "./task";

export interface Coverage {
  readonly undoable: number;
  readonly effectful: number;
  /** Tasks that change something and say nothing of an undo. */
  readonly missing: readonly Task[];
  /** Pointers of those that need no undo although the server, which fetches nothing while it checks, may ask for one. */
  readonly excused: ReadonlySet<string>;
}

/** The code of an effect that nothing undoes. */
export const UNCOVERED = "CP210";

/**
 * A task is covered by an undo of its own or of a task around it, a reasoned `none` too; by being a pivot or standing in
 * one; and by coming after a pivot on every way that leads to it.
 */
export function coverage({ document, tasks }: Model, known: Known = NOTHING): Coverage {
  const data = plainOf(document, document.contents);
  const { uncovered, effectful } = counted(data, known);
  const asked = known.reading.size > 0 ? counted(data, { ...known, reading: NOTHING.reading }).uncovered : uncovered;
  return {
    undoable: effectful - uncovered.size,
    effectful,
    missing: [...forwardTasks(tasks)].filter(({ id }) => uncovered.has(id)),
    excused: new Set([...asked].filter((pointer) => !uncovered.has(pointer))),
  };
}

function counted(data: unknown, known: Known): { uncovered: ReadonlySet<string>; effectful: number } {
  const walk = new Walk(new Effects(data, known));
  for (const [items, pointer] of listsOfDocument(data)) walk.block(namedIn(items, pointer), false, false);
  const uncovered = new Set(walk.found.filter(({ covered }) => !covered).map(({ pointer }) => pointer));
  return { uncovered, effectful: walk.found.length };
}

function listsOfDocument(data: unknown): [readonly unknown[], string][] {
  if (!isPlain(data)) return [];
  const lists: [unknown, string][] = [[data.do, "/do"]];
  const extensions = isPlain(data.use) ? data.use.extensions : undefined;
  for (const { task, pointer } of namedIn(Array.isArray(extensions) ? extensions : [], "/use/extensions")) {
    lists.push([task.before, `${pointer}/before`], [task.after, `${pointer}/after`]);
  }
  return lists.flatMap(([items, pointer]): [readonly unknown[], string][] =>
    Array.isArray(items) ? [[items, pointer]] : [],
  );
}

interface Found {
  readonly pointer: string;
  readonly covered: boolean;
}

/** Goes through the tasks in the order in which they may run; `sealed`: a pivot has certainly completed before. */
class Walk {
  readonly found: Found[] = [];
  readonly #effects: Effects;

  constructor(effects: Effects) {
    this.#effects = effects;
  }

  block(listed: readonly Named[], sealed: boolean, covered: boolean): void {
    const before = sealedBefore(listed, sealed);
    listed.forEach((named, index) => {
      this.#task(named, before[index] ?? false, covered);
    });
  }

  #task({ task, pointer }: Named, sealed: boolean, around: boolean): void {
    const covered = around || sealed || isCovered(task);
    if (this.#effects.of(task)) {
      this.found.push({ pointer, covered: covered || this.#effects.undoneWithin(task) });
    }
    for (const list of listsOf(task)) {
      const inner = namedIn(list.items, `${pointer}${list.at}`);
      if (list.role === "branches") for (const branch of inner) this.#task(branch, sealed, covered);
      else this.block(inner, sealed, covered);
    }
  }
}

/** Whether a pivot has completed on every way to each task, and to the end of the list. */
function sealedBefore(listed: readonly Named[], sealed: boolean): boolean[] {
  const targets = new Map(listed.map(({ name }, index) => [name, index]));
  const before: (boolean | undefined)[] = [sealed, ...listed.map(() => undefined)];
  const pending = [0];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const named = listed[index];
    if (!named) continue;
    const entering = before[index] === true;
    for (const [target, skipped] of waysFrom(named.task, index, targets, listed.length)) {
      const after = skipped ? entering : entering || seals(named.task);
      if (before[target] === undefined || (before[target] && !after)) {
        before[target] = after;
        pending.push(target);
      }
    }
  }
  return before.map((each) => each === true);
}

/** Where a task leads to, and whether it has not run to its end on that way. */
function waysFrom(task: Plain, index: number, targets: Map<string, number>, end: number): [number, boolean][] {
  const ways: [number, boolean][] = "if" in task ? [[index + 1, true]] : [];
  if ("raise" in task) return ways;
  const cases = (Array.isArray(task.switch) ? task.switch : []).flatMap((item) =>
    Object.values(isPlain(item) ? item : {}).filter(isPlain),
  );
  const flows: unknown[] = cases.map((each) => each.then);
  if (cases.every((each) => "when" in each)) flows.push(task.then ?? "continue");
  if (isPlain(task.catch) && "then" in task.catch) flows.push(task.catch.then);
  for (const flow of flows.map(String)) {
    if (flow === "exit") ways.push([end, false]);
    else if (flow === "continue") ways.push([index + 1, false]);
    else if (flow !== "end" && flow !== "compensate") ways.push([targets.get(flow) ?? end, false]);
  }
  return ways;
}

/** Whether a pivot has certainly completed once this task has. */
function seals(task: Plain): boolean {
  if (said(task, "saga") === "pivot") return true;
  if ("for" in task || "catch" in task || "fork" in task || !Array.isArray(task.do)) return false;
  return sealedBefore(namedIn(task.do, ""), false).at(-1) ?? false;
}

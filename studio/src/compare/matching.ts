/**
 * Which step of a later version is which of the earlier one: by its path, then by its name, then by its structure, as the
 * server matches them. Each rule pairs what it tells from all others, and leaves the rest to the next one.
 */
import { plainAt } from "../document/aliases";
import { everyTask, isInUndo, type Model, type Task } from "../document/task";

export type Change = "same" | "changed" | "moved" | "added" | "removed";

export interface Step {
  readonly task: Task;
  /** Names and roles from the document down, without numbers: they shift. */
  readonly trail: string;
  /** The id of the step around it; empty where there is none. */
  readonly above: string;
  /** The list that it stands in, of the step around it. */
  readonly role: string;
  /** What the step says itself, without the steps that it holds and without its undo. */
  readonly own: string;
  /** All that it says. */
  readonly whole: string;
  readonly undo: string | undefined;
}

export interface Pair {
  readonly before: Step;
  readonly after: Step;
  readonly change: "same" | "changed" | "moved";
  readonly undo: Change | undefined;
}

export interface Matched {
  readonly pairs: readonly Pair[];
  readonly removed: readonly Step[];
  readonly added: readonly Step[];
}

/** The forward steps, each before those that it holds. What is within an undo belongs to that undo. */
export function stepsOf(model: Model): Step[] {
  return listed(model, model.tasks, "do", "", "do");
}

function listed(model: Model, tasks: readonly Task[], trail: string, above: string, role: string): Step[] {
  return tasks.flatMap((task) => {
    const step = stepOf(model, task, trail, above, role);
    const inner = task.groups.flatMap((group) => {
      const at = group.path.slice(task.path.length).join("/");
      return listed(model, group.tasks, `${step.trail}/${at}`, task.id, at);
    });
    return [step, ...inner];
  });
}

function stepOf(model: Model, task: Task, trail: string, above: string, role: string): Step {
  const said = plainAt(model, task.path);
  const body = isPlain(said) ? said : {};
  const undo = undoIn(body);
  return {
    task,
    trail: `${trail}/${task.name}`,
    above,
    role,
    own: canonical(without(body, task)),
    whole: canonical(body),
    undo: undo === undefined ? undefined : canonical(undo),
  };
}

const undoIn = (body: Record<string, unknown>): unknown =>
  body.compensate ?? (isPlain(body.metadata) ? body.metadata.compensate : undefined);

/** Without the lists of the groups, and without the undo. */
function without(body: Record<string, unknown>, task: Task): unknown {
  const copy = structuredClone(body);
  delete copy.compensate;
  if (isPlain(copy.metadata)) delete copy.metadata.compensate;
  for (const group of task.groups) {
    const path = group.path.slice(task.path.length);
    const parent = path.slice(0, -1).reduce<unknown>((inner, key) => (isPlain(inner) ? inner[key] : undefined), copy);
    if (isPlain(parent)) delete parent[String(path.at(-1))];
  }
  return copy;
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON with the members of objects in order: how they are written decides nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isPlain(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

const RULES: readonly ((step: Step) => string)[] = [
  (step) => `${step.task.kind} ${step.trail}`,
  (step) => `${step.task.kind} ${step.task.name}`,
  (step) => `${step.task.kind} ${step.whole}`,
  (step) => `${step.task.kind} ${step.own}`,
];

export function matched(before: Model, after: Model): Matched {
  let removed = stepsOf(before);
  let added = stepsOf(after);
  const found: [Step, Step][] = [];
  for (const rule of RULES) {
    const old = unique(removed, rule);
    const now = unique(added, rule);
    const gone = new Set<Step>();
    const come = new Set<Step>();
    for (const [key, step] of old) {
      const other = now.get(key);
      if (!other) continue;
      found.push([step, other]);
      gone.add(step);
      come.add(other);
    }
    removed = removed.filter((step) => !gone.has(step));
    added = added.filter((step) => !come.has(step));
  }
  const away = moved(found);
  const pairs = found.map(([one, other]): Pair => {
    const same = one.own === other.own && one.task.name === other.task.name;
    const change = same ? (away.has(one) ? "moved" : "same") : "changed";
    return { before: one, after: other, change, undo: undoOf(one.undo, other.undo) };
  });
  return { pairs, removed, added };
}

function unique(steps: readonly Step[], rule: (step: Step) => string): Map<string, Step> {
  const found = new Map<string, Step | undefined>();
  for (const step of steps) {
    const key = rule(step);
    found.set(key, found.has(key) ? undefined : step);
  }
  return new Map([...found].filter((each): each is [string, Step] => each[1] !== undefined));
}

function undoOf(before: string | undefined, after: string | undefined): Change | undefined {
  if (before === undefined) return after === undefined ? undefined : "added";
  if (after === undefined) return "removed";
  return before === after ? "same" : "changed";
}

/** Those that stand in another block, and of each block the fewest that had to move for its order. */
function moved(pairs: readonly (readonly [Step, Step])[]): Set<Step> {
  const partner = new Map(pairs.map(([one, other]) => [one.task.id, other.task.id]));
  partner.set("", "");
  const blocks = new Map<string, (readonly [Step, Step])[]>();
  const away = new Set<Step>();
  for (const pair of pairs) {
    const [one, other] = pair;
    if (partner.get(one.above) !== other.above || one.role !== other.role) away.add(one);
    else blocks.set(`${one.above} ${one.role}`, [...(blocks.get(`${one.above} ${one.role}`) ?? []), pair]);
  }
  for (const block of blocks.values()) {
    const ordered = [...block].sort(([a], [b]) => placeOf(a) - placeOf(b));
    const kept = new Set(rising(ordered.map(([, other]) => placeOf(other))));
    ordered.forEach(([one], index) => {
      if (!kept.has(index)) away.add(one);
    });
  }
  return away;
}

/** The place of a step in its list. */
const placeOf = (step: Step): number => Number(step.task.path.at(-2));

/** The indices of a longest strictly rising part of a list of numbers. */
export function rising(values: readonly number[]): number[] {
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  values.forEach((value, index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? ends[low - 1] : undefined;
    ends[low] = index;
  });
  const found: number[] = [];
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) found.unshift(at);
  return found;
}

/** The innermost step that a JSON pointer leads into. */
export function stepAt(model: Model, pointer: string): Task | undefined {
  let found: Task | undefined;
  for (const task of everyTask(model.tasks)) {
    if ((pointer === task.id || pointer.startsWith(`${task.id}/`)) && !isInUndo(task.path)) found = task;
  }
  return found;
}

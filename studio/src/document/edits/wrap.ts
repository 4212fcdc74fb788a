/** A task put into a `try` that repeats it when it fails. */
import { isMap, type Node, type Pair } from "yaml";
import { aliasOn, plainAt } from "../aliases";
import { contentEnd, dashOf, isCompact, isFlow, listAt, mapAt, pairAt, start } from "../nodes";
import { blockLines } from "../render";
import { column, type Edit, inOrder, nextLine, type Splice, startsLine } from "../splice";
import { everyTask, type Model, type Task } from "../task";
import { toldName } from "./flow";
import { setItem } from "./items";
import { removeMember } from "./members";
import { leadingTo, placeOf } from "./tasks";

/** What a `try` begins with: what fails in passing is tried again, five times at most. */
const RETRY = {
  delay: { seconds: 1 },
  backoff: { exponential: {} },
  limit: { attempt: { count: 5 } },
};

/** Put a task, as it is written, into a `try` of the name `name`. What led to the task leads to the `try`. */
export function retried(model: Model, task: Task, name: string): Edit {
  const [list, index] = placeOf(task);
  const seq = listAt(model, list);
  const item = seq?.items[index];
  // Whoever is sent on by what an alias means cannot be sent on by the `try` instead.
  if (!seq || !isMap(item) || aliasOn(model, task.path)) return [];
  const holdsUndo = [...everyTask([task])].some((each) => each.undo && each.undo.form !== "none");
  const handler = { retry: RETRY, ...(holdsUndo ? { betweenAttempts: "keep" } : {}) };
  const then = task.then === undefined ? {} : { then: task.then };
  const { text } = model;
  const dash = dashOf(text, seq, index);
  if (isFlow(seq) || !startsLine(text, dash) || isFlow(item)) {
    const own = { ...Object(plainAt(model, task.path)), then: undefined };
    const body = { try: [{ [task.name]: JSON.parse(JSON.stringify(own)) }], catch: handler, ...then };
    return joined(model, task, name, setItem(model, list, index, { [name]: body }));
  }
  const at = column(text, dash);
  const key = column(text, start((item.items[0] as Pair<Node, Node>).key));
  const nested = isCompact(model) ? key + 2 - at : key + 4 - at;
  const from = dash - at;
  const to = nextLine(text, contentEnd(text, item));
  const margin = " ".repeat(at);
  const gap = " ".repeat(key - at - 1);
  const before = `${margin}-${gap}${toldName(model, name)}:\n${" ".repeat(key)}  try:\n`;
  const rest = blockLines({ catch: handler, ...then }, key + 2, isCompact(model));
  return joined(model, task, name, [
    { from, to: from, insert: before },
    ...indented(text, from, to, nested),
    { from: to, to, insert: text[to - 1] === "\n" ? rest : `\n${rest.trimEnd()}` },
    ...(task.then === undefined ? [] : removeMember(model, [...task.path, "then"])),
  ]);
}

/** Each line moved to the right. */
function indented(text: string, from: number, to: number, by: number): Splice[] {
  const moved: Splice[] = [];
  for (let at = from; at < to; at = nextLine(text, at)) {
    if (/\S/.test(text.slice(at, nextLine(text, at)))) moved.push({ from: at, to: at, insert: " ".repeat(by) });
  }
  return moved;
}

/** One edit, and what led to the task leads to the `try`; what is taken out as a whole is not moved as well. */
function joined(model: Model, task: Task, name: string, splices: readonly Splice[]): Edit {
  const [list] = placeOf(task);
  const seq = listAt(model, list);
  const own = mapAt(model, task.path);
  const ownThen = own ? pairAt(own, "then")?.value : undefined;
  const cuts = splices.filter((each) => each.to > each.from);
  const targets = (seq ? leadingTo(seq, task.name) : []).filter(
    (each) => each !== ownThen && !cuts.some((cut) => cut.from <= start(each) && start(each) < cut.to),
  );
  const kept = splices.filter((each) => each.to > each.from || !cuts.some((cut) => covers(cut, each)));
  return merged([
    ...kept,
    ...targets.map((each) => ({ from: start(each), to: contentEnd(model.text, each), insert: toldName(model, name) })),
  ]);
}

const covers = (cut: Splice, each: Splice): boolean => cut.from <= each.from && each.from < cut.to;

/** Splices at one place as one, in the order that they were given in. */
function merged(splices: readonly Splice[]): Edit {
  const found: Splice[] = [];
  for (const each of inOrder(splices)) {
    const last = found.at(-1);
    if (last && last.from === each.from && last.to === last.from) {
      found[found.length - 1] = { ...each, insert: last.insert + each.insert };
    } else found.push(each);
  }
  return found;
}

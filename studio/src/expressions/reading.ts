/**
 * What `.` is where the cursor stands in a jq expression: a reading of the text before it that knows paths, pipes, and
 * the functions that go over items. What it does not understand it takes for anything.
 */
import { ANYTHING, arrayOf, itemsOf, memberOf, type Shape } from "./shape";

export interface Seen {
  /** What `.` is at the start of the expression. */
  readonly input: Shape;
  readonly variables: ReadonlyMap<string, Shape>;
}

/** A part in brackets, or the whole. */
interface Frame {
  readonly opened: string;
  /** The function whose argument it is. */
  readonly called: string | undefined;
  input: Shape;
  /** What the pipeline gives so far. */
  value: Shape;
  /** A variable is being bound: what follows the pipe sees the input as it was. */
  binds: boolean;
}

/** Functions whose argument is evaluated on each item. */
const OVER_ITEMS = new Set(
  "map map_values any all sort_by group_by unique_by min_by max_by with_entries add".split(" "),
);
/** Functions that give what they were given. */
const SAME = new Set("select sort_by unique_by sort unique reverse recurse del map_values walk".split(" "));
const ONE_OF = new Set("first last min max min_by max_by".split(" "));

const TOKEN =
  /\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|\$[A-Za-z_]\w*|\.\.|\.(?:[A-Za-z_]\w*|"(?:[^"\\]|\\.)*")|\[-?\d*\]|@?[A-Za-z_]\w*|\d+(?:\.\d+)?|\/\/|[|()[\]{},:;.?]|./g;

const frame = (opened: string, input: Shape, called?: string): Frame => ({
  opened,
  called,
  input,
  value: input,
  binds: false,
});

/** What the text before the cursor gives, and what `.` is there. */
export function readBefore(text: string, { input, variables }: Seen): { input: Shape; value: Shape } {
  const frames: Frame[] = [frame("", input)];
  /** Whether a path goes on from what stands before it. */
  let goesOn = false;
  let word: string | undefined;
  for (const [token] of text.matchAll(TOKEN)) {
    const top = frames.at(-1) as Frame;
    if (/^(?:\s|#)/.test(token)) {
      goesOn = false;
      continue;
    }
    const called = word;
    word = undefined;
    if (token === "." || token.startsWith(".") || /^\[-?\d*\]$/.test(token)) {
      const base = goesOn ? top.value : top.input;
      top.value = token === "." || token === ".." ? base : step(base, token);
      goesOn = true;
    } else if (token.startsWith("$")) {
      top.value = top.binds ? top.input : (variables.get(token.slice(1)) ?? ANYTHING);
      goesOn = true;
    } else if (token === "|") {
      if (!top.binds) top.input = top.value;
      top.value = top.input;
      top.binds = false;
      goesOn = false;
    } else if (/^[([{]$/.test(token)) {
      const each = called !== undefined && OVER_ITEMS.has(called) && token === "(";
      frames.push(frame(token, each ? itemsOf(top.input) : top.input, token === "(" ? called : undefined));
      goesOn = false;
    } else if (/^[)\]}]$/.test(token)) {
      if (frames.length > 1) close(frames);
      goesOn = true;
    } else if (token === "as") {
      top.binds = true;
    } else if (/^[A-Za-z_]/.test(token)) {
      word = token;
      top.value = SAME.has(token) ? top.input : ONE_OF.has(token) ? itemsOf(top.input) : ANYTHING;
      goesOn = false;
    } else if (token !== "//" && token !== "?") {
      top.value = /^[,:;]$/.test(token) ? top.input : ANYTHING;
      goesOn = false;
    }
  }
  const top = frames.at(-1) as Frame;
  return { input: top.input, value: goesOn ? top.value : top.input };
}

function step(base: Shape, token: string): Shape {
  if (token.startsWith("[")) return itemsOf(base);
  const name = token.slice(1);
  return memberOf(base, name.startsWith('"') ? (JSON.parse(name) as string) : name);
}

function close(frames: Frame[]): void {
  const inner = frames.pop() as Frame;
  const outer = frames.at(-1) as Frame;
  const { called } = inner;
  if (inner.opened === "[") outer.value = arrayOf(inner.value);
  else if (inner.opened === "{") outer.value = ANYTHING;
  else if (called === undefined) outer.value = inner.value;
  else if (called === "map") outer.value = arrayOf(inner.value);
  else if (called === "first" || called === "last") outer.value = inner.value;
  else if (called === "group_by") outer.value = arrayOf(outer.input);
  else outer.value = SAME.has(called) ? outer.input : ONE_OF.has(called) ? itemsOf(outer.input) : ANYTHING;
}

/** What may follow where the cursor stands: members of what is known, variables, functions. */
import type { Stage, Visible } from "../api/expressions";
import { FUNCTIONS } from "./functions";
import type { Place } from "./place";
import { readBefore, type Seen } from "./reading";
import { ANYTHING, kindsOf, merged, ofSchema, ofValue, type Shape } from "./shape";

export interface Option {
  readonly label: string;
  /** What is put in, where that is not the label. */
  readonly apply?: string;
  readonly kind: "property" | "variable" | "function";
  readonly detail: string;
}

export interface Completion {
  /** Where what is completed begins. */
  readonly from: number;
  readonly options: readonly Option[];
}

const VARIABLES: Readonly<Record<string, string>> = {
  context: "what steps before have kept with export",
  input: "what flows into this step",
  output: "what flows out of this step",
  task: "this step: name, input, output, startedAt",
  workflow: "this run: id, input, startedAt",
  runtime: "the engine: name and version",
  secrets: "the secrets that the document declares",
  error: "the error that was caught",
  compensation: "the step that is undone: input, output, context as they were",
};

export function seenAt(visible: Visible | undefined, stage: Stage | undefined): Seen {
  const variables = new Map<string, Shape>();
  for (const name of new Set([...Object.keys(stage?.variables ?? {}), ...Object.keys(stage?.shapes ?? {})])) {
    const known = stage?.shapes[name];
    const value = stage?.variables[name];
    variables.set(name, merged(known ? ofSchema(known) : ANYTHING, value === undefined ? ANYTHING : ofValue(value)));
  }
  const secrets = visible?.secrets ?? [];
  if (secrets.length > 0) {
    const members = new Map(secrets.map((name) => [name, ANYTHING]));
    variables.set("secrets", { kinds: ["object"], members });
  }
  const input = stage ? merged(ofSchema(stage.shape), ofValue(stage.data)) : ANYTHING;
  return { input, variables };
}

/** Where an expression is that the cursor stands in, if it does: whole fields are bare, a text needs `${ }`. */
export function expressionStart(text: string, at: number, place: Place): number | undefined {
  const opened = text.lastIndexOf("${", at - 1);
  if (opened >= 0 && opened + 2 <= at) return opened + 2;
  return place === "argument" ? undefined : 0;
}

export function complete(text: string, at: number, seen: Seen, place: Place): Completion | undefined {
  const start = expressionStart(text, at, place);
  if (start === undefined) return undefined;
  const before = text.slice(start, at);
  if (insideText(before)) return undefined;
  const path = /\.(?:[A-Za-z_]\w*|"[^"]*)?$/.exec(before);
  if (path && !/\d$/.test(before.slice(0, path.index))) {
    const from = start + path.index + 1;
    return { from, options: members(readBefore(before.slice(0, path.index), seen).value) };
  }
  const variable = /\$\w*$/.exec(before);
  if (variable) return { from: start + variable.index, options: variables(seen) };
  const word = /@?[A-Za-z_]*$/.exec(before)?.[0] ?? "";
  const from = at - word.length;
  const options = [...(word ? [] : [...paths(readBefore(before, seen).input), ...variables(seen)]), ...functions()];
  return { from, options };
}

/** Whether a string is open. */
function insideText(before: string): boolean {
  const rest = before.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  return rest.includes('"') && !/\."[^"]*$/.test(rest) && !/\\\([^)]*$/.test(rest);
}

const PLAIN = /^[A-Za-z_]\w*$/;

const written = (name: string): string => (PLAIN.test(name) ? name : JSON.stringify(name));

const members = (shape: Shape): Option[] =>
  [...shape.members].map(([name, each]) => ({
    label: written(name),
    kind: "property",
    detail: described(each),
  }));

const paths = (shape: Shape): Option[] => members(shape).map((each) => ({ ...each, label: `.${each.label}` }));

const variables = (seen: Seen): Option[] =>
  [...seen.variables].map(([name, shape]) => ({
    label: `$${name}`,
    kind: "variable",
    detail: VARIABLES[name] ?? described(shape),
  }));

const functions = (): Option[] =>
  FUNCTIONS.map(({ name, form, told: help }) => ({
    label: form,
    apply: form.includes("(") ? `${name}(` : form.startsWith("if ") ? "if " : form,
    kind: "function",
    detail: help,
  }));

const EXAMPLE_CHARS_MAX = 24;

/** Its kind, with what it is in the sample data where that is short. */
function described(shape: Shape): string {
  const { example } = shape;
  const told = example === undefined || typeof example === "object" ? "" : JSON.stringify(example);
  return told && told.length <= EXAMPLE_CHARS_MAX ? `${kindsOf(shape)}, such as ${told}` : kindsOf(shape);
}

/** The members of each kind of task, and those that every task may have. */
import type { Kind } from "../../document/task";
import type { Place } from "../../expressions/place";
import { isPlain, type Member, options, type Shape } from "../fields";
import { callMembers } from "./calls";
import { ERROR_CONDITION, ERROR_FILTER, ERROR_OR_NAME, FIRST_RETRY, RETRY_OR_NAME } from "./errors";
import { EACH_EVENT, EVENT, READ, STRATEGY } from "./events";
import { RUN } from "./runs";
import { CONDITION, DURATION, EXPRESSION, SCHEMA, VALUE, values } from "./shared";

/** Where a flow goes on. */
export const THEN: Shape = {
  kind: "choice",
  options: options(
    ["continue", "the next step"],
    ["exit", "out of this group of steps"],
    ["end", "the end of the workflow"],
    ["compensate", "undo everything, and end"],
  ),
  named: "steps",
};

const CASE: Shape = {
  kind: "group",
  members: [
    { at: ["when"], label: "If", help: "a case without a condition is for all the rest", ...CONDITION },
    { at: ["then"], label: "Go to", required: true, initial: "continue", ...THEN },
  ],
};

const KINDS: Readonly<Partial<Record<Kind, readonly Member[]>>> = {
  for: [
    {
      at: ["for", "in"],
      label: "For each of",
      required: true,
      initial: ".items",
      kind: "variants",
      variants: [
        {
          label: "What an expression gives",
          fits: (value) => !Array.isArray(value),
          begin: () => ".items",
          shape: CONDITION,
        },
        {
          label: "Listed here",
          fits: Array.isArray,
          begin: () => [{ id: 1 }],
          shape: { kind: "list", items: VALUE, noun: "item", each: { id: 1 } },
        },
      ],
    },
    {
      at: ["for", "each"],
      label: "Name of the item",
      help: "$item where it is left out",
      kind: "text",
      code: true,
      example: "item",
    },
    {
      at: ["for", "at"],
      label: "Name of its number",
      help: "counted from 0",
      kind: "text",
      code: true,
      example: "index",
    },
    { at: ["while"], label: "As long as", ...CONDITION },
  ],
  fork: [
    {
      at: ["fork", "compete"],
      always: true,
      label: "Branches",
      kind: "flag",
      words: ["race: the first to end wins, the others are undone", "all run to their end"],
    },
  ],
  switch: [
    {
      at: ["switch"],
      label: "Cases",
      required: true,
      kind: "named",
      noun: "case",
      values: CASE,
      each: { when: "true", then: "continue" },
    },
  ],
  emit: EVENT.map((each) => ({ ...each, at: ["emit", "event", "with", ...each.at] })),
  listen: [
    { at: ["listen", "to"], label: "Waits for", required: true, ...STRATEGY },
    { ...READ, at: ["listen", ...READ.at] },
    { at: ["foreach"], label: "For each event", initial: { item: "event" }, kind: "group", members: EACH_EVENT },
  ],
  raise: [{ at: ["raise", "error"], label: "The error", required: true, ...ERROR_OR_NAME }],
  run: RUN,
  set: [{ at: ["set"], label: "Data", required: true, ...least(values("field")) }],
  wait: [{ at: ["wait"], label: "For", required: true, ...DURATION }],
  try: [
    {
      kept: 1,
      at: ["catch", "errors", "with"],
      label: "Which errors",
      help: "all of them where this is left out",
      ...ERROR_FILTER,
      initial: { status: 503 },
    },
    { kept: 1, at: ["catch", "retry"], label: "Retry", initial: FIRST_RETRY, ...RETRY_OR_NAME },
    {
      kept: 1,
      at: ["catch", "betweenAttempts"],
      needs: ["catch", "retry"],
      label: "Between attempts, what was done is",
      kind: "choice",
      options: options(["keep", "kept"], ["compensate", "undone"]),
    },
    { kept: 1, at: ["catch", "do"], label: "Steps when it fails for good", kind: "tasks" },
    {
      kept: 1,
      at: ["catch", "compensate"],
      label: "Before these steps, what was done is",
      kind: "flag",
      words: ["undone", "kept"],
    },
    { kept: 1, at: ["catch", "then"], label: "Then, after an error", ...THEN, initial: "continue" },
    {
      kept: 1,
      at: ["catch", "as"],
      label: "Name of the error",
      help: "`$error` where it is left out",
      kind: "text",
      code: true,
      example: "error",
    },
    { kept: 1, at: ["catch", "when"], label: "Only errors where", ...ERROR_CONDITION },
    { kept: 1, at: ["catch", "exceptWhen"], label: "But not where", ...ERROR_CONDITION, initial: "false" },
  ],
};

/** An object of data that must say something. */
function least(shape: Shape): Shape {
  if (shape.kind === "map") return { ...shape, least: 1 };
  if (shape.kind !== "variants") return shape;
  return { ...shape, variants: shape.variants.map((each) => ({ ...each, shape: least(each.shape) })) };
}

/** What a task of a kind does. */
export const membersOf = (kind: Kind, task: unknown): readonly Member[] =>
  kind === "call" ? callMembers(task) : (KINDS[kind] ?? []);

const TIMEOUT: Shape = {
  kind: "variants",
  variants: [
    {
      label: "Set here",
      fits: isPlain,
      begin: () => ({ after: { seconds: 30 } }),
      shape: { kind: "group", members: [{ at: ["after"], label: "After", required: true, ...DURATION }] },
    },
    {
      label: "A timeout of this workflow",
      fits: (value) => typeof value === "string",
      begin: (names) => names.timeouts[0] ?? "name",
      shape: { kind: "text", code: true, named: "timeouts" },
    },
  ],
};

export const WHEN: readonly Member[] = [
  { at: ["if"], label: "Only if", help: "otherwise the step is left out", ...CONDITION, place: "condition" },
  { at: ["timeout"], label: "Timeout", ...TIMEOUT },
  { at: ["then"], label: "Then", ...THEN, initial: "continue" },
];

export const NOTES: readonly Member[] = [
  { at: ["metadata", "documentation"], label: "Documentation", kind: "markdown", initial: "What this step is for." },
  {
    at: ["metadata", "idempotent"],
    label: "Doing it twice",
    kind: "flag",
    words: ["does the same as doing it once", "does something else"],
  },
];

/** The point of no return. */
export const PIVOT: readonly Member[] = [
  {
    at: ["saga"],
    label: "Point of no return",
    kind: "choice",
    options: options(["pivot", "once it is done, nothing before it is undone"]),
  },
];

const transformation = (label: string, help: string, at: readonly [Place, string]): Member => ({
  at,
  label,
  help,
  initial: "${ . }",
  kind: "variants",
  variants: [
    {
      label: "An expression",
      fits: (value) => !isPlain(value),
      begin: () => "${ . }",
      shape: { ...EXPRESSION, place: at[0] },
    },
    {
      label: "Field by field",
      fits: isPlain,
      begin: () => ({ field: "${ . }" }),
      shape: { kind: "map", values: VALUE, noun: "field", each: "${ . }" },
    },
  ],
});

/** What flows in, what flows on, and what is kept. */
export const DATA: readonly Member[] = [
  transformation("Input", "what the step sees, made from what flows in", ["input", "from"]),
  { at: ["input", "schema"], label: "Schema of the input", ...SCHEMA },
  transformation("Output", "what flows on, made from what the step gives", ["output", "as"]),
  { at: ["output", "schema"], label: "Schema of the output", ...SCHEMA },
  transformation("Export", "what is kept as $context", ["export", "as"]),
  { at: ["export", "schema"], label: "Schema of what is kept", ...SCHEMA },
];

export { TIMEOUT };

/** What can be said of the whole workflow. */
import { isPlain, type Member, options, type Shape } from "../fields";
import { callMembers } from "./calls";
import { ERROR, FIRST_RETRY, RETRY } from "./errors";
import { READ, STRATEGY } from "./events";
import { AUTHENTICATION, CONDITION, DURATION, ENDPOINT, ENTRIES, SCHEMA, VALUE } from "./shared";
import { TIMEOUT } from "./tasks";

export const ABOUT: readonly Member[] = [
  { at: ["document", "name"], label: "Name", required: true, kind: "text", code: true },
  { at: ["document", "namespace"], label: "Namespace", required: true, kind: "text", code: true },
  { at: ["document", "version"], label: "Version", required: true, kind: "text", code: true },
  { at: ["document", "title"], label: "Title", kind: "text", example: "A title" },
  { at: ["document", "summary"], label: "Summary", kind: "markdown", initial: "What this workflow is for." },
  { at: ["document", "tags"], label: "Tags", ...ENTRIES("tag") },
];

export const RUNNING: readonly Member[] = [
  { at: ["timeout"], label: "Timeout", ...TIMEOUT, initial: { after: { hours: 1 } } },
  {
    at: ["schedule"],
    label: "Schedule",
    initial: { every: { hours: 1 } },
    kind: "group",
    members: [
      { at: ["every"], label: "Every", ...DURATION },
      { at: ["cron"], label: "At times (cron)", kind: "text", code: true, example: "0 6 * * *" },
      { at: ["after"], label: "Again after it has ended", ...DURATION },
      { at: ["on"], label: "When events come", ...STRATEGY },
      { ...READ, needs: ["on"] },
    ],
  },
  {
    at: ["document", "metadata", "saga"],
    label: "Undo of the whole",
    initial: { order: "causal" },
    kind: "group",
    members: [
      {
        at: ["order"],
        label: "Order",
        kind: "choice",
        options: options(
          ["causal", "last first, branches side by side"],
          ["sequential", "strictly last first"],
          ["parallel", "all at once"],
        ),
      },
      {
        at: ["onFault"],
        label: "When the workflow fails",
        kind: "choice",
        options: options(["compensate", "what was done is undone"], ["none", "nothing is undone"]),
      },
      { at: ["compensableFor"], label: "Can be undone later, for", ...DURATION, initial: { days: 30 } },
    ],
  },
  {
    at: ["evaluate"],
    label: "Expressions",
    initial: { mode: "strict" },
    kind: "group",
    members: [
      { at: ["language"], label: "Language", kind: "choice", options: options("jq") },
      {
        at: ["mode"],
        label: "Are written",
        kind: "choice",
        options: options(["strict", "in ${ }"], ["loose", "with or without ${ }"]),
      },
    ],
  },
];

export const FLOW: readonly Member[] = [
  {
    at: ["input", "schema"],
    label: "Schema of the input",
    help: "also the form with which an instance is started",
    ...SCHEMA,
  },
  {
    at: ["input", "from"],
    label: "Input",
    help: "what the steps see, made from what is given",
    ...VALUE,
    initial: "${ . }",
  },
  { at: ["output", "as"], label: "Output", help: "what the workflow gives", ...VALUE, initial: "${ . }" },
  { at: ["output", "schema"], label: "Schema of the output", ...SCHEMA },
];

/** A function is a task; most are calls. */
const FUNCTION: Shape = {
  kind: "variants",
  variants: [
    {
      label: "An HTTP request",
      fits: (value) => isPlain(value) && value.call === "http",
      begin: () => HTTP_FUNCTION,
      shape: { kind: "group", members: callMembers(httpCall()) },
    },
    { label: "Something else", fits: () => true, begin: () => ({ set: { done: true } }), shape: VALUE },
  ],
};

const HTTP_FUNCTION = { call: "http", with: { method: "post", endpoint: "https://service.example.com/things" } };

function httpCall(): unknown {
  return { call: "http" };
}

const part = (key: string, label: string, noun: string, values: Shape, each: unknown): Member => ({
  at: ["use", key],
  label,
  kind: "map",
  values,
  noun,
  each,
});

const STEPS = { kind: "value", steps: true } as const;
const BEFORE_OR_AFTER = "the steps themselves, as YAML";

/** What is done around steps of a kind, wherever they stand. */
const EXTENSION: Shape = {
  kind: "group",
  members: [
    {
      at: ["extend"],
      label: "Around",
      required: true,
      initial: "all",
      kind: "choice",
      options: options(
        ["all", "every step"],
        ["call", "calls"],
        ["composite", "steps that hold others"],
        ["emit", "events sent"],
        ["for", "repetitions"],
        ["listen", "waits for events"],
        ["raise", "errors raised"],
        ["run", "programs and workflows run"],
        ["set", "data set"],
        ["switch", "decisions"],
        ["try", "steps that are tried"],
        ["wait", "waits"],
      ),
    },
    { at: ["when"], label: "Only when", initial: "${ true }", ...CONDITION },
    {
      at: ["before"],
      label: "Before it",
      help: BEFORE_OR_AFTER,
      ...STEPS,
      initial: [{ note: { set: { began: true } } }],
    },
    {
      at: ["after"],
      label: "After it",
      help: BEFORE_OR_AFTER,
      ...STEPS,
      initial: [{ note: { set: { ended: true } } }],
    },
  ],
};

export const USE: readonly Member[] = [
  {
    at: ["use", "secrets"],
    label: "Secrets",
    help: "names only; their values are given to the server",
    kind: "list",
    items: { kind: "text", code: true },
    noun: "secret",
    each: "secret",
  },
  part("authentications", "Authentications", "authentication", AUTHENTICATION, {
    bearer: { token: "${ $secrets.token }" },
  }),
  part("functions", "Functions", "function", FUNCTION, HTTP_FUNCTION),
  part("retries", "Retries", "retry", RETRY, FIRST_RETRY),
  part(
    "timeouts",
    "Timeouts",
    "timeout",
    { kind: "group", members: [{ at: ["after"], label: "After", required: true, ...DURATION }] },
    { after: { seconds: 30 } },
  ),
  part("errors", "Errors", "error", ERROR, {
    type: "https://example.com/errors/refused",
    status: 400,
    title: "Refused",
  }),
  {
    at: ["use", "extensions"],
    label: "Extensions",
    help: "what is done before and after steps of a kind",
    kind: "named",
    values: EXTENSION,
    noun: "extension",
    each: { extend: "all", before: [{ note: { set: { began: true } } }] },
  },
  part(
    "catalogs",
    "Catalogs",
    "catalog",
    { kind: "group", members: [{ at: ["endpoint"], label: "Address", required: true, ...ENDPOINT }] },
    { endpoint: "https://example.com/catalog" },
  ),
];

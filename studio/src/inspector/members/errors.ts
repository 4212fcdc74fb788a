/** Errors and what is done about them. */
import { has, type Member, options, type Shape } from "../fields";
import { CONDITION, DURATION, named } from "./shared";

export const ERROR_CONDITION = { ...CONDITION, place: "error" } as const;

const STANDARD = "https://open-workflow-specification.org/spec/1.0.0/errors";

export const ERROR_MEMBERS: readonly Member[] = [
  {
    at: ["type"],
    label: "Type",
    help: "an address that names this kind of error",
    required: true,
    initial: "https://example.com/errors/refused",
    kind: "expression",
  },
  {
    at: ["status"],
    label: "Status",
    help: "as in HTTP",
    required: true,
    initial: 400,
    kind: "number",
    minimum: 100,
    maximum: 599,
  },
  { at: ["title"], label: "Title", kind: "expression", initial: "Refused" },
  { at: ["detail"], label: "Details", kind: "expression", initial: "What happened, in a sentence" },
  {
    at: ["instance"],
    label: "Where it happened",
    help: "a JSON pointer",
    kind: "text",
    code: true,
    example: "/do/0/step",
  },
];

export const ERROR: Shape = { kind: "group", members: ERROR_MEMBERS };

export const ERROR_OR_NAME: Shape = named("errors", "error", ERROR, {
  type: "https://example.com/errors/refused",
  status: 400,
  title: "Refused",
});

/** Which errors are caught: those of which all of this is so. */
export const ERROR_FILTER: Shape = {
  kind: "group",
  members: [
    {
      at: ["type"],
      label: "Type",
      kind: "text",
      code: true,
      example: `${STANDARD}/communication`,
      suggested: options(
        [`${STANDARD}/communication`, "Communication: no answer, or a bad one"],
        [`${STANDARD}/timeout`, "Timeout"],
        [`${STANDARD}/authentication`, "Authentication"],
        [`${STANDARD}/authorization`, "Authorization"],
        [`${STANDARD}/validation`, "Validation"],
        [`${STANDARD}/expression`, "Expression"],
        [`${STANDARD}/configuration`, "Configuration"],
        [`${STANDARD}/runtime`, "Runtime"],
      ),
    },
    { at: ["status"], label: "Status", kind: "number", minimum: 100, maximum: 599, initial: 503 },
    { at: ["title"], label: "Title", kind: "text", example: "Refused" },
    { at: ["detail"], label: "Details", kind: "text", example: "out of stock" },
    { at: ["instance"], label: "Where it happened", kind: "text", code: true, example: "/do/0/step" },
  ],
};

const backoff = (kind: string, label: string) => ({
  label,
  fits: has(kind),
  begin: () => ({ [kind]: {} }),
  shape: { kind: "group", members: [] } as const,
});

export const RETRY_MEMBERS: readonly Member[] = [
  { at: ["delay"], label: "Wait before each attempt", initial: { seconds: 1 }, ...DURATION },
  {
    at: ["backoff"],
    label: "How the wait grows",
    kind: "variants",
    variants: [
      backoff("exponential", "It doubles each time"),
      backoff("linear", "It grows by the same each time"),
      backoff("constant", "It stays the same"),
    ],
  },
  { at: ["limit", "attempt", "count"], label: "Attempts at most", initial: 5, kind: "number", minimum: 1 },
  { at: ["limit", "attempt", "duration"], label: "Time for one attempt", ...DURATION },
  { at: ["limit", "duration"], label: "Time for all attempts", initial: { minutes: 10 }, ...DURATION },
  {
    at: ["jitter"],
    label: "Random extra wait",
    kind: "group",
    members: [
      { at: ["from"], label: "At least", required: true, initial: { milliseconds: 100 }, ...DURATION },
      { at: ["to"], label: "At most", required: true, initial: { seconds: 1 }, ...DURATION },
    ],
  },
  { at: ["when"], label: "Only if", help: "`$error` is the error", ...ERROR_CONDITION },
  { at: ["exceptWhen"], label: "Not if", help: "`$error` is the error", ...ERROR_CONDITION, initial: "false" },
];

export const RETRY: Shape = { kind: "group", members: RETRY_MEMBERS };

export const FIRST_RETRY = {
  delay: { seconds: 1 },
  backoff: { exponential: {} },
  limit: { attempt: { count: 5 } },
};

export const RETRY_OR_NAME: Shape = named("retries", "retry", RETRY, FIRST_RETRY);

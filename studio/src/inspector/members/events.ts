/** Events: what is sent, and what is waited for. */
import { has, isPlain, type Member, options, type Shape } from "../fields";
import { CONDITION, CONTENT, ENTRIES, EXPRESSION } from "./shared";

const TYPE = "com.example.happened.v1";

const ATTRIBUTES: readonly Member[] = [
  {
    at: ["source"],
    label: "Source",
    help: "an address that says who sends it",
    kind: "expression",
    initial: "https://example.com",
  },
  { at: ["subject"], label: "Subject", kind: "expression", initial: "${ .id }" },
  { at: ["id"], label: "Id", help: "made by the server where it is left out", kind: "expression", initial: "${ .id }" },
  { at: ["time"], label: "Time", kind: "text", code: true, example: "2030-01-01T00:00:00Z" },
  { at: ["datacontenttype"], label: "Kind of content", kind: "text", code: true, example: "application/json" },
  {
    at: ["dataschema"],
    label: "Schema of the data",
    kind: "text",
    code: true,
    example: "https://example.com/schema.json",
  },
];

export const EVENT: readonly Member[] = [
  { at: ["type"], label: "Event type", required: true, initial: TYPE, kind: "text", code: true },
  { at: ["data"], label: "Data", ...CONTENT },
  ...ATTRIBUTES,
];

const FILTER: Shape & { kind: "group" } = {
  kind: "group",
  atLeastOne: "with",
  members: [
    { at: ["with", "type"], label: "Event type", kind: "text", code: true, initial: TYPE },
    ...ATTRIBUTES.map((each) => ({ ...each, at: ["with", ...each.at] })),
    { at: ["with", "data"], label: "Data", help: "a condition on it", kind: "value", initial: "${ .ready }" },
    {
      at: ["correlate"],
      label: "Only events about the same",
      help: "such as the same order: a value of the event must be equal to a value that is known",
      kind: "map",
      noun: "value",
      values: {
        kind: "group",
        members: [
          { at: ["from"], label: "In the event", required: true, initial: "${ .data.id }", ...EXPRESSION },
          { at: ["expect"], label: "Must be equal to", initial: "${ .id }", ...EXPRESSION },
        ],
      },
      each: { from: "${ .data.id }", expect: "${ .id }" },
    },
  ],
};

const FIRST = { with: { type: TYPE } };
const filters: Shape = { kind: "list", items: FILTER, noun: "event", each: FIRST };

/** The events of the strategy before, kept when another is chosen. */
function before(value: unknown): unknown[] {
  if (!isPlain(value)) return [FIRST];
  const events = value.one ?? value.any ?? value.all;
  const list = (Array.isArray(events) ? events : [events]).filter((each) => each !== undefined);
  return list.length > 0 ? list : [FIRST];
}

const strategies = (until: readonly Member[]): Shape => ({
  kind: "variants",
  variants: [
    {
      label: "One event",
      fits: has("one"),
      begin: (_, value) => ({ one: before(value)[0] }),
      shape: { kind: "group", members: [{ at: ["one"], label: "The event", required: true, inline: true, ...FILTER }] },
    },
    {
      label: "Any of several events",
      fits: has("any"),
      begin: (_, value) => ({ any: before(value) }),
      shape: {
        kind: "group",
        members: [{ at: ["any"], label: "The events", required: true, inline: true, ...filters }, ...until],
      },
    },
    {
      label: "All of several events",
      fits: has("all"),
      begin: (_, value) => ({ all: before(value) }),
      shape: {
        kind: "group",
        members: [{ at: ["all"], label: "The events", required: true, inline: true, ...filters }],
      },
    },
  ],
});

export const STRATEGY: Shape = strategies([
  {
    at: ["until"],
    label: "Until",
    help: "goes on taking events until then",
    kind: "variants",
    variants: [
      {
        label: "A condition holds",
        fits: (value) => typeof value === "string",
        begin: () => ". | length >= 3",
        shape: CONDITION,
      },
      { label: "Another event comes", fits: isPlain, begin: () => ({ one: FIRST }), shape: strategies([]) },
    ],
  },
]);

export const READ: Member = {
  at: ["read"],
  label: "What is taken from an event",
  kind: "choice",
  options: options(["data", "its data"], ["envelope", "all of it"], ["raw", "its data as it came"]),
};

/** What is done with each event, as it comes. */
export const EACH_EVENT: readonly Member[] = [
  { at: ["item"], label: "Name of the event", kind: "text", code: true, example: "item" },
  { at: ["at"], label: "Name of its number", kind: "text", code: true, example: "index" },
  { at: ["do"], label: "Steps for each event", kind: "tasks" },
  { at: ["output", "as"], label: "What is kept of each", ...EXPRESSION },
  { at: ["export", "as"], label: "What is kept as $context", ...EXPRESSION },
];

export const MESSAGE = ENTRIES("field");

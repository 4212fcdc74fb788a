/** What is offered where the cursor (`^`) stands in a document, whole or broken. */
import { expect, test } from "vitest";
import type { ServerFunction } from "../../src/api/functions";
import { parse } from "../../src/document/parse";
import { options, told } from "../../src/editor/completion";
import { namesOf } from "../../src/editor/names";
import { placeAt } from "../../src/editor/place";
import type { Schema } from "../../src/editor/schema";

const TEXT: Schema = { type: "string" };
const TASKS: Schema = { type: "array", items: { type: "object", additionalProperties: { $ref: "#/$defs/task" } } };
const COMMON = { if: TEXT, then: { ...TEXT, "x-refers": "tasks", examples: ["continue", "end"] } };
const SCHEMA: Schema = {
  properties: { document: { type: "object", properties: { dsl: TEXT } }, do: TASKS, use: { type: "object" } },
  required: ["document", "do"],
  $defs: {
    task: { anyOf: [{ $ref: "#/$defs/call" }, { $ref: "#/$defs/loop" }, { $ref: "#/$defs/block" }] },
    call: {
      type: "object",
      required: ["call"],
      properties: {
        call: { ...TEXT, "x-refers": "functions", examples: ["http"] },
        with: { type: "object" },
        ...COMMON,
      },
      allOf: [
        {
          if: { properties: { call: { const: "http" } } },
          then: { properties: { with: { $ref: "#/$defs/http" } } },
        },
      ],
    },
    http: {
      type: "object",
      required: ["method"],
      properties: {
        method: { ...TEXT, enum: ["get", "post"], description: "what to do" },
        redirect: { type: "boolean" },
      },
    },
    block: { type: "object", required: ["do"], properties: { do: TASKS, ...COMMON } },
    loop: { type: "object", required: ["for", "do"], properties: { for: { type: "object" }, do: TASKS, ...COMMON } },
  },
};
const FUNCTIONS = "use: { functions: { charge: { set: {} } } }\n";

const CHARGE: ServerFunction = {
  name: "charge",
  summary: "Charge a card.",
  readOnly: false,
  arguments: [
    { name: "order", required: true },
    { name: "note", required: false },
  ],
  furtherArguments: false,
};
const LOOK_UP: ServerFunction = { ...CHARGE, name: "lookUp", summary: null, readOnly: true, arguments: null };

function offered(text: string, registered: readonly ServerFunction[] = []): string[] {
  const at = text.indexOf("^");
  const whole = text.replace("^", "");
  const place = placeAt(whole, at);
  return place ? options(SCHEMA, place, namesOf(parse(whole), registered)).map((each) => each.label) : [];
}

test.each([
  ["^", ["document", "do", "use"]],
  ["document: { dsl: '1.0.3' }\n^", ["do", "use"]],
  ["document: { ^ }", ["dsl"]],
  ["do:\n- a:\n    call: http\n    ^\n- b:\n    call: x\n", ["with", "if", "then"]],
  ["do:\n- a:\n    call: http\n    with:\n      m^\n", ["method", "redirect"]],
  ["do:\n  - a:\n      call: http\n      with: { method: ^ }\n", ["get", "post"]],
  ["do:\n- a:\n    with: { redirect: ^ }\n    call: http\n", ["true", "false"]],
  ["do:\n- a:\n    for: {}\n    do:\n    - b:\n        call: http\n        ^", ["with", "if", "then"]],
  ["do:\n- a:\n    do: []\n    then: ^\n- b:\n    do: []\n", ["b", "continue", "end"]],
  [
    "do:\n- a:\n    do:\n    - c:\n        do: []\n        then: ^\n    - d:\n        do: []\n- b:\n    do: []\n",
    ["d", "continue", "end"],
  ],
  [`${FUNCTIONS}do:\n- a:\n    call: ^\n`, ["charge", "http"]],
  ["do:\n- a: { call: http, with: { ^ } }\n", ["method", "redirect"]],
  [
    "do:\n- a:\n    call: http\n    with: { method: { broken\n- b:\n    call: http\n    with:\n      ^",
    ["method", "redirect"],
  ],
])("in %j", (text, expected) => {
  expect(offered(text)).toEqual(expected);
});

test.each([
  ["a comment", "# ^"],
  ["the lines of a text", "do:\n- a:\n    call: |\n      some: text\n      ^"],
  ["a name that the author chooses", "do:\n- ^"],
])("nothing in %s", (_, text) => {
  expect(offered(text)).toEqual([]);
});

test.each([
  ["do:\n- a:\n    call: ^\n", ["charge", "lookUp", "http"]],
  // That of the workflow is the one that would be called.
  [`${FUNCTIONS}do:\n- a:\n    call: ^\n`, ["charge", "lookUp", "http"]],
  [`${FUNCTIONS}do:\n- a:\n    call: charge\n    with: { ^ }\n`, []],
  ["do:\n- a:\n    call: charge\n    with:\n      ^\n", ["order", "note"]],
  ["do:\n- a:\n    call: charge\n    with: { order: 1, ^ }\n", ["note"]],
  ["do:\n- a:\n    call: charge\n    with: { order: { ^ } }\n", []],
  ["do:\n- a:\n    call: lookUp\n    with:\n      ^\n", []],
])("with functions of the server in %j", (text, expected) => {
  expect(offered(text, [CHARGE, LOOK_UP])).toEqual(expected);
});

test("of a function it is said what it does, and whether it changes anything", () => {
  const text = "do:\n- a:\n    call: ";
  const place = placeAt(text, text.length);
  const found = place ? options(SCHEMA, place, namesOf(parse(text), [CHARGE, LOOK_UP])) : [];
  expect(found.slice(0, 2).map((each) => each.detail)).toEqual([
    "Charge a card.",
    "A function of the server. It changes nothing.",
  ]);
});

test("what is needed comes first, and a map begins on the next line", () => {
  const text = "do:\n- a:\n    call: http\n    w";
  const place = placeAt(text, text.length);
  const found = place ? options(SCHEMA, place, namesOf(parse(text), [])) : [];
  expect(found.find((each) => each.label === "with")?.apply).toBe("with:\n      ");
  const other = placeAt("", 0);
  expect(other && options(SCHEMA, other, namesOf(parse(""), []))[0]).toMatchObject({
    label: "document",
    detail: "needed",
  });
});

test("a member is explained with what it may be", () => {
  const text = "do:\n- a:\n    call: http\n    with:\n      method: get\n";
  const place = placeAt(text, text.indexOf("method") + 6);
  expect(place && told(SCHEMA, place, "method")).toEqual({ title: "what to do", lines: ["One of get, post."] });
});

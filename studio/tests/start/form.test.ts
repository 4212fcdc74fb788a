/** Laws of the start form: what is typed is kept, a change touches its place alone, and form and JSON say the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Field, initial, shows } from "../../src/start/fields";
import {
  type Json,
  type Place,
  pointerTo,
  read,
  readNumber,
  sameJson,
  valueAt,
  withValue,
  written,
} from "../../src/start/json";
import { fieldOf } from "../../src/start/schema";
import { asForm, asJson, begun, outcome, placed, put, removeItem, type } from "../../src/start/typed";

const json = fc.jsonValue({ maxDepth: 3 }).map((each) => JSON.parse(JSON.stringify(each)) as Json);
const place: fc.Arbitrary<Place> = fc.array(fc.oneof(fc.constantFrom("a", "b/c", "~", "__proto__x"), fc.nat(2)), {
  maxLength: 3,
});

describe("a value", () => {
  it("has at a place what was put there, and elsewhere what it had", () => {
    fc.assert(
      fc.property(json, place, json, (value, at, now) => {
        expect(valueAt(withValue(value, at, now), at)).toEqual(now);
      }),
    );
    fc.assert(
      fc.property(json, json, (value, now) => {
        const both = { kept: value, changed: 1 };
        expect(withValue(both, ["changed"], now)).toEqual({ kept: value, changed: now });
        expect(withValue(both, ["changed"], undefined)).toEqual({ kept: value });
      }),
    );
  });

  it("keeps the order of its members when one of them changes", () => {
    expect(Object.keys(withValue({ a: 1, b: 2, c: 3 }, ["b"], 9) as object)).toEqual(["a", "b", "c"]);
  });

  it("is the same as itself written and read, whatever the order of its members", () => {
    fc.assert(
      fc.property(json, (value) => {
        const found = read(written(value));
        expect("value" in found && sameJson(found.value, value)).toBe(true);
      }),
    );
    expect(sameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(sameJson({ a: undefined as unknown as Json }, {})).toBe(false);
  });
});

describe("form and JSON", () => {
  it("lead to each other without loss, also of what no field shows", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.string(), (value, businessKey) => {
        const typed = { ...begun(value), businessKey };
        expect(asForm(asJson(typed))).toEqual(typed);
        expect(outcome(asJson(typed))).toEqual(outcome(typed));
      }),
    );
  });

  it("stay JSON while the text is none, and keep it", () => {
    const typed = { ...asJson(begun({ a: 1 })), json: '{ "a": ' };
    expect(asForm(typed)).toBe(typed);
    expect("faults" in outcome(typed)).toBe(true);
  });

  it("do not start with a text that is no value, keep it, and forget it once it is one", () => {
    const wrong = type(begun({ amount: 1 }), ["amount"], "1x", readNumber("1x", false));
    expect(wrong.texts.get("/amount")?.text).toBe("1x");
    expect(outcome(wrong)).toEqual({ faults: [{ pointer: "/amount", message: "this is no number" }] });
    expect(outcome(type(wrong, ["amount"], "12", readNumber("12", false)))).toEqual({ value: { amount: 12 } });
    expect(outcome(put(wrong, [], {}))).toEqual({ value: {} });
  });
});

describe("a list", () => {
  it("keeps what was typed in the items that stay", () => {
    const lines = begun({ lines: [{ n: 1 }, { n: 2 }, { n: 3 }] });
    const wrong = type(lines, ["lines", 2, "n"], "3x", readNumber("3x", false));
    const left = removeItem(wrong, ["lines"], 0, undefined);
    expect(left.value).toEqual({ lines: [{ n: 2 }, { n: 3 }] });
    expect([...left.texts.keys()]).toEqual(["/lines/1/n"]);
    expect(removeItem(begun({ lines: [1] }), ["lines"], 0, undefined).value).toEqual({});
  });
});

describe("numbers", () => {
  it("are what they say, with a point or a comma, and never rounded silently", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (each) => {
        expect(readNumber(String(each), false)).toEqual({ value: each + 0 }); // -0 is written 0
      }),
    );
    expect(readNumber("1,5", false)).toEqual({ value: 1.5 });
    for (const [text, whole] of [
      ["1.5", true],
      ["12x", false],
      ["99999999999999999999", true],
      ["1e999", false],
    ] as const)
      expect("fault" in readNumber(text, whole)).toBe(true);
    expect("fault" in read('{ "id": 99999999999999999999 }')).toBe(true);
  });
});

const SCHEMA = {
  type: "object",
  required: ["order", "amount", "lines", "kind", "free"],
  properties: {
    order: { type: "string", minLength: 2, title: "Order" },
    amount: { type: "number", exclusiveMinimum: 0 },
    urgent: { type: "boolean", default: false },
    channel: { enum: ["mail", "web"] },
    kind: { const: "sale" },
    due: { type: "string", format: "date" },
    lines: { type: "array", minItems: 1, items: { $ref: "#/$defs/line" } },
    either: { oneOf: [{ type: "string" }, { type: "number" }] },
  },
  $defs: {
    line: {
      type: "object",
      required: ["article"],
      properties: { article: { type: "string" }, next: { $ref: "#/$defs/line" } },
    },
  },
};

describe("fields", () => {
  const field = fieldOf(SCHEMA) as Extract<Field, { kind: "object" }>;
  const kinds = Object.fromEntries(field.members.map((each) => [each.name, each.field.kind]));

  it("are made from every kind of schema, and are JSON where a form cannot say it", () => {
    expect(kinds).toEqual({
      order: "text",
      amount: "number",
      urgent: "boolean",
      channel: "choice",
      kind: "choice",
      due: "text",
      lines: "array",
      either: "union",
      free: "json",
    });
    for (const schema of [null, true, {}, { $ref: "other.json" }, { $ref: "#" }])
      expect(fieldOf(schema).kind).toBe("json");
  });

  it("begin with defaults and with what can be nothing else", () => {
    expect(initial(field)).toEqual({ urgent: false, kind: "sale", lines: [{}] });
  });

  it("show what is of their kind alone, so that nothing else is overwritten", () => {
    fc.assert(
      fc.property(json, (value) => {
        const shown = field.members.filter((each) => shows(each.field, value)).map((each) => each.name);
        const expected = ["free"];
        if (typeof value === "number" || (typeof value === "string" && !value.includes("\n"))) expected.push("either");
        if (typeof value === "string" && !value.includes("\n")) expected.push("order", "due");
        if (typeof value === "number") expected.push("amount");
        if (typeof value === "boolean") expected.push("urgent");
        if (Array.isArray(value)) expected.push("lines");
        if (value === "mail" || value === "web") expected.push("channel");
        if (value === "sale") expected.push("kind");
        expect(shown.sort()).toEqual(expected.sort());
      }),
    );
  });
});

describe("faults", () => {
  it("are told at their field, or at the nearest around it, and none is lost", () => {
    const pointer = place.map(pointerTo);
    fc.assert(
      fc.property(fc.array(pointer), fc.uniqueArray(pointer), (pointers, fields) => {
        const found = placed(
          pointers.map((each) => ({ pointer: each, message: "wrong" })),
          new Set(fields),
        );
        expect([...found.values()].flat().length).toBe(pointers.length);
        for (const at of found.keys()) expect(at === "" || fields.includes(at)).toBe(true);
      }),
    );
    expect([...placed([{ pointer: "/a/b", message: "wrong" }], new Set(["/a"]))]).toEqual([["/a", ["b: wrong"]]]);
  });
});

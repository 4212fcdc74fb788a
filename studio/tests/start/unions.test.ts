/** Laws of unions and conditions in the start form: a choice shows its fields, and nothing that was typed is lost. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choose, omit, settle, shownBranch } from "../../src/start/choosing";
import { holds, isSayable } from "../../src/start/conditions";
import { type Field, initial, settledFor, type UnionField } from "../../src/start/fields";
import { type Json, readNumber } from "../../src/start/json";
import { doubt } from "../../src/start/limits";
import { placesOf } from "../../src/start/places";
import { fieldOf } from "../../src/start/schema";
import { begun, outcome, put, removeItem, type Typed, type as typeInto } from "../../src/start/typed";

const text = { type: "string" };
const CARD = { title: "Card", properties: { by: { const: "card" }, number: text }, required: ["by", "number"] };
const IBAN = { properties: { by: { enum: ["iban", "sepa"] }, iban: text }, required: ["by", "iban"] };
const PAYMENT = {
  type: "object",
  required: ["amount"],
  properties: { amount: { type: "number" } },
  oneOf: [{ $ref: "#/$defs/card" }, IBAN],
  $defs: { card: CARD },
};

const unionOf = (schema: unknown): UnionField => {
  const field = fieldOf(schema);
  if (field.kind !== "union") throw new Error(`it is ${field.kind}`);
  return field;
};
const membersOf = (field: Field): string[] => (field.kind === "object" ? field.members.map((each) => each.name) : []);

describe("a union", () => {
  const field = unionOf(PAYMENT);

  it("is told by the member whose values no two of its branches share", () => {
    expect(field.tag?.name).toBe("by");
    expect(field.tag?.options.map((each) => [each.label, each.branch])).toEqual([
      ["Card", 0],
      ["iban", 1],
      ["sepa", 1],
    ]);
    expect(shownBranch(field, begun({ by: "sepa" }), [])).toBe(1);
    expect(shownBranch(field, begun({ amount: 1 }), [])).toBe(-1);
    expect(membersOf(field.common as Field)).toEqual(["amount"]);
  });

  it("that has no such member is told by what fits, or by what was chosen", () => {
    const either = unionOf({ anyOf: [{ type: "integer" }, text, { type: "null" }] });
    expect(either.tag).toBeUndefined();
    expect(either.branches.map((each) => each.label)).toEqual(["a whole number", "a text", "nothing (null)"]);
    for (const [value, branch] of [
      [1, 0],
      ["a", 1],
      [null, 2],
      [undefined, -1],
      [[], -1],
    ] as const)
      expect(shownBranch(either, begun(value as Json), [])).toBe(branch);
    const chosen = choose(either, begun(undefined), [], 1);
    expect(shownBranch(either, chosen, [])).toBe(1);
    expect(unionOf({ type: ["string", "null"] }).branches.map((each) => each.field.kind)).toEqual(["text", "choice"]);
    const objects = unionOf({ oneOf: [{ properties: { a: text }, required: ["a"] }, { properties: { b: text } }] });
    expect(shownBranch(objects, begun({}), [])).toBe(-1);
    expect(shownBranch(objects, begun({ b: "1" }), [])).toBe(1);
  });

  it("of values alone is one choice, with their titles", () => {
    const field = fieldOf({ oneOf: [{ const: 1, title: "One" }, { enum: [2, 3] }] });
    expect(field).toMatchObject({ kind: "choice", options: [1, 2, 3], labels: ["One", "2", "3"] });
  });

  it("comes back with all that was typed in a branch, and with what all branches have as it is now", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer(), fc.integer(), json(), (number, iban, one, two, more) => {
        const first = begun({ amount: one, by: "card", number, more });
        const other = put(choose(field, first, [], 1, "sepa"), ["iban"], iban);
        expect(other.value).toEqual({ amount: one, by: "sepa", iban, more });
        const back = choose(field, put(other, ["amount"], two), [], 0, "card");
        expect(back.value).toEqual({ amount: two, by: "card", number, more });
        expect(choose(field, back, [], 1, "iban").value).toEqual({ amount: two, by: "iban", iban, more });
      }),
    );
  });

  it("keeps a text that is no value yet where both branches show it, and drops that of a field that goes", () => {
    const lines = unionOf({
      oneOf: [
        { properties: { by: { const: "a" }, own: { type: "number" } }, required: ["by"] },
        { properties: { by: { const: "b" } }, required: ["by"] },
      ],
      properties: { amount: { type: "number" } },
    });
    const wrong = (typed: Typed, name: string) => typeInto(typed, [name], "x", readNumber("x", false));
    const typed = wrong(wrong(begun({ by: "a" }), "amount"), "own");
    const after = choose(lines, typed, [], 1, "b");
    expect([...after.texts.keys()]).toEqual(["/amount"]);
    expect("faults" in outcome(after)).toBe(true);
  });

  it("that is not given leaves the value, and is found again as it was", () => {
    expect(initial(fieldOf({ properties: { pay: { oneOf: [text, { type: "number" }] } } }))).toEqual({});
    const pay = unionOf(PAYMENT);
    const typed = put(choose(pay, begun({ other: "1" }), ["pay"], 0, "card"), ["pay", "number"], "4");
    expect(typed.value).toEqual({ other: "1", pay: { by: "card", number: "4" } });
    const omitted = omit(pay, typed, ["pay"]);
    expect(omitted.value).toEqual({ other: "1" });
    expect(choose(pay, omitted, ["pay"], 0, "card").value).toEqual(typed.value);
    const other = choose(pay, omitted, ["pay"], 1, "sepa");
    expect(other.value).toEqual({ other: "1", pay: { by: "sepa" } });
    expect(choose(pay, other, ["pay"], 0, "card").value).toEqual(typed.value);
  });

  it("in a list goes with its item", () => {
    const either = unionOf({ anyOf: [text, { type: "string", format: "email", title: "Mail" }] });
    const typed = choose(either, begun({ list: ["a", "b"] }), ["list", 1], 1);
    expect(shownBranch(either, typed, ["list", 1])).toBe(1);
    expect(shownBranch(either, removeItem(typed, ["list"], 0, undefined), ["list", 0])).toBe(1);
  });

  it("is JSON where it holds what no field shows, or where two unions are meant at once", () => {
    expect(fieldOf({ oneOf: [text], anyOf: [text] }).kind).toBe("json");
    expect(fieldOf({ oneOf: [] }).kind).toBe("json");
    expect(unionOf({ oneOf: [{ $ref: "#" }, text] }).branches.length).toBeGreaterThan(1);
    expect(fieldOf({ allOf: [{ type: "string" }, { type: "number" }] }).kind).toBe("json");
    expect(fieldOf({ properties: { a: text }, not: { required: ["b"] } }).kind).toBe("json");
  });
});

const ADDRESS = {
  type: "object",
  required: ["country"],
  properties: { country: { enum: ["US", "NL", "FR"] }, note: text },
  allOf: [
    {
      if: { properties: { country: { const: "US" } }, required: ["country"] },
      then: { properties: { zip: { type: "string", pattern: "^\\d{5}$" } }, required: ["zip"] },
      else: { properties: { postcode: text } },
    },
    {
      if: { properties: { country: { enum: ["FR"] } }, required: ["country"] },
      then: { properties: { cedex: { type: "boolean", default: false } } },
    },
  ],
  dependentSchemas: { note: { properties: { noteBy: text } } },
};

describe("a condition", () => {
  const field = fieldOf({ properties: { to: ADDRESS } });
  const to = (field.kind === "object" && field.members[0]?.field) as Field;
  const shown = (value: Json): string[] => membersOf(settledFor(to, value));

  it("shows the fields that are asked for, and no others", () => {
    expect(shown({})).toEqual(["country", "note", "postcode"]);
    expect(shown({ country: "US" })).toEqual(["country", "note", "zip"]);
    expect(shown({ country: "FR", note: "x" })).toEqual(["country", "note", "noteBy", "postcode", "cedex"]);
    const zip = settledFor(to, { country: "US" });
    expect(zip.kind === "object" && zip.members[2]).toMatchObject({ required: true, field: { pattern: "^\\d{5}$" } });
  });

  it("takes fields out of the value and gives them back, and what no field shows stays", () => {
    const change = (typed: Typed, name: string, value: Json): Typed =>
      settle(field, typed, put(typed, ["to", name], value));
    fc.assert(
      fc.property(fc.string(), fc.string(), json(), (zip, postcode, more) => {
        const us = change(begun({ to: { country: "US", more } }), "zip", zip);
        const nl = change(change(us, "country", "NL"), "postcode", postcode);
        expect(nl.value).toEqual({ to: { country: "NL", more, postcode } });
        expect(change(nl, "country", "US").value).toEqual({ to: { country: "US", more, zip } });
        expect(change(nl, "country", "FR").value).toEqual({ to: { country: "FR", more, postcode, cedex: false } });
      }),
    );
  });

  it("that a form cannot tell makes it JSON", () => {
    const told = { if: { contains: { const: 1 } }, then: {} };
    expect(fieldOf({ properties: { a: text }, ...told }).kind).toBe("json");
    expect(isSayable({ properties: { a: { pattern: "(" } } }, {})).toBe(false);
    expect(isSayable({ $ref: "#" }, { not: { $ref: "#" } })).toBe(false);
  });

  it("holds as JSON Schema says, of every keyword that it may have", () => {
    const cases: readonly [unknown, Json, boolean][] = [
      [true, 1, true],
      [false, 1, false],
      [{ type: "integer" }, 2, true],
      [{ type: "integer" }, 2.5, false],
      [{ type: ["null", "object"] }, null, true],
      [{ type: "object" }, [], false],
      [{ const: { a: [1] } }, { a: [1] }, true],
      [{ enum: [1, "a"] }, "b", false],
      [{ required: ["a"] }, { b: 1 }, false],
      [{ required: ["a"] }, "no object", true],
      [{ properties: { a: { const: 1 } } }, {}, true],
      [{ properties: { a: { const: 1 } } }, { a: 2 }, false],
      [{ minimum: 2 }, 2, true],
      [{ exclusiveMinimum: 2 }, 2, false],
      [{ maximum: 2 }, "9", true],
      [{ exclusiveMaximum: 2 }, 2, false],
      [{ minLength: 2 }, "😀", false],
      [{ maxLength: 1 }, "😀", true],
      [{ pattern: "^a" }, "ba", false],
      [{ minItems: 1 }, [], false],
      [{ maxItems: 1 }, [1, 2], false],
      [{ not: { const: 1 } }, 1, false],
      [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, 3, false],
      [{ anyOf: [{ const: 1 }, { const: 2 }] }, 2, true],
      [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, false],
    ];
    for (const [condition, value, expected] of cases) {
      expect(isSayable(condition, condition)).toBe(true);
      expect([condition, value, holds(condition, value, condition)]).toEqual([condition, value, expected]);
    }
  });
});

describe("faults", () => {
  it("find the fields of the branch and of the condition that are shown", () => {
    const field = fieldOf({ properties: { pay: PAYMENT, to: ADDRESS }, $defs: PAYMENT.$defs });
    const places = placesOf(field, begun({ pay: { by: "card" }, to: { country: "US" } }));
    for (const each of ["/pay/by", "/pay/number", "/pay/amount", "/to/zip"]) expect(places).toContain(each);
    for (const each of ["/pay/iban", "/to/postcode"]) expect(places).not.toContain(each);
  });
});

describe("a text", () => {
  it("is doubted where it does not look like its format or its pattern, and never for what cannot be told", () => {
    expect(doubt("ada@example.com", "email", undefined)).toBeUndefined();
    expect(doubt("ada", "email", undefined)).toContain("e-mail");
    expect(doubt("example.com", "uri", undefined)).toContain("address");
    expect(doubt("urn:isbn:1", "uri", undefined)).toBeUndefined();
    expect(doubt("2031-02-03", "date", undefined)).toBeUndefined();
    expect(doubt("tomorrow", "date-time", undefined)).toContain("moment");
    expect(doubt("2031-02-03T10:00:00+01:00", "date-time", undefined)).toBeUndefined();
    expect(doubt("12", undefined, "^\\d{5}$")).toBe("this does not match ^\\d{5}$");
    expect(doubt("", "email", "x")).toBeUndefined();
    expect(doubt("12", undefined, "(?<![a")).toBeUndefined();
  });
});

function json(): fc.Arbitrary<Json> {
  return fc.jsonValue({ maxDepth: 2 }).map((each) => JSON.parse(JSON.stringify(each)) as Json);
}

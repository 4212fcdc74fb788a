/** What people type into fields, and which problem belongs to which field. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/api/http";
import { PALETTE } from "../../src/designer/palette";
import { insertTask } from "../../src/document/edits/tasks";
import { parse } from "../../src/document/parse";
import { applyEdit } from "../../src/document/splice";
import { readDuration, written } from "../../src/inspector/fields/durations";
import { readScalar, shownScalar } from "../../src/inspector/fields/scalars";
import { membersOf } from "../../src/inspector/members/tasks";
import { claimed, pointerOf, problemsOf, unclaimed } from "../../src/inspector/problems";
import { HAS_SCHEMA, wrong } from "./schema";

describe("a single value", () => {
  it("is read again as it is shown", () => {
    const scalars = fc.oneof(
      fc.string(),
      fc.constantFrom("*!", "*a", "&a", "!a b", "# a", "? a", "%", "@a", "`a`", "- a", "|", ">-"),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      // JSON has no -0.
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number || 0),
    );
    fc.assert(
      fc.property(scalars, (value) => {
        expect(readScalar(shownScalar(value))).toEqual({ value });
      }),
    );
  });

  it.each([
    ["5", 5],
    ['"5"', "5"],
    ["true", true],
    ["yes", "yes"],
    ["hello world", "hello world"],
    ["${ .a | { b: 1 } }", "${ .a | { b: 1 } }"],
  ])("%s", (typed, value) => expect(readScalar(typed)).toEqual({ value }));

  it.each(["{ a: 1 }", "[1, 2]", "a: 1", "- a", "*a"])("%s is none", (typed) =>
    expect(readScalar(typed)).toBeUndefined(),
  );
});

describe("a duration", () => {
  it("is read again as it is shown", () => {
    const units = fc.record(
      { days: fc.nat(99), hours: fc.nat(99), minutes: fc.nat(99), seconds: fc.nat(99), milliseconds: fc.nat(999) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(units, (value) => {
        fc.pre(Object.keys(value).length > 0);
        expect(readDuration(written(value), undefined)).toEqual(value);
      }),
    );
  });

  it.each([
    ["90", "minutes", 90],
    ["90", undefined, { seconds: 90 }],
    ["1h 30m", "seconds", { hours: 1, minutes: 30 }],
    ["PT30S", undefined, "PT30S"],
    ["${ .wait }", undefined, "${ .wait }"],
    ["soon", undefined, undefined],
    ["5 parsecs", undefined, undefined],
  ] as const)("%s in %s", (text, unit, value) => expect(readDuration(text, unit)).toEqual(value));
});

const problem = (pointer: string): Diagnostic => ({
  code: "CP101",
  severity: "error",
  message: "wrong",
  line: 1,
  column: 1,
  pointer,
});

describe("problems", () => {
  const model = parse(`document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }
do:
- outer:
    do:
    - inner: { call: http, with: { method: get, endpoint: 'https://example.com' } }
    then: nowhere
`);
  const [outer] = model.tasks;
  const inner = outer?.groups[0]?.tasks[0];
  const all = ["/do/0/outer/then", "/do/0/outer/do/0/inner/with/method", "/do/0/outer/do/0/inner/wiht"].map(problem);

  it("belong to the innermost task", () => {
    expect(outer && problemsOf(all, outer, model.tasks)).toEqual(all.slice(0, 1));
    expect(inner && problemsOf(all, inner, model.tasks)).toEqual(all.slice(1));
  });

  it("are shown at their field, and none is lost", () => {
    if (!inner) throw new Error("there is a task");
    const members = membersOf("call", { call: "http" });
    const own = problemsOf(all, inner, model.tasks);
    expect(claimed(own, inner.path, members)).toEqual([all[1]]);
    expect(unclaimed(own, inner.path, members)).toEqual([all[2]]);
  });

  it("have one address in both forms of an undo", () => {
    expect(pointerOf(["do", 0, "a/b", "metadata", "compensate", "do"])).toBe("/do/0/a~1b/compensate/do");
    expect(pointerOf(["do", 0, "a", "metadata", "documentation"])).toBe("/do/0/a/metadata/documentation");
  });
});

describe.skipIf(!HAS_SCHEMA)("the palette", () => {
  const blank = "document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }\ndo: []\n";
  it.each(PALETTE.map((each) => [each.title, each] as const))("%s is sound", (_, choice) => {
    const text = applyEdit(blank, insertTask(parse(blank), ["do"], 0, choice.name, choice.body));
    expect(wrong(text), text).toEqual([]);
    expect(parse(text).tasks[0]?.kind).toBe(
      Object.keys(choice.body as object).find((key) => key !== "do" && key !== "catch" && key !== "with") ?? "do",
    );
  });
});

it("the portable form of an undo is left out of a pointer, a step that is called so is not", () => {
  expect(pointerOf(["do", 0, "pay", "metadata", "compensate"])).toBe("/do/0/pay/compensate");
  expect(pointerOf(["do", 0, "metadata", "compensate"])).toBe("/do/0/metadata/compensate");
});

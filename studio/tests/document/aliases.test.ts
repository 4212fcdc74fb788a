/** An alias is shown as what it means; no edit goes through it, and none makes something else of it unasked. */
import { describe, expect, it } from "vitest";
import { coverage } from "../../src/document/coverage";
import { insertItem, removeItem, setItem, swapItems } from "../../src/document/edits/items";
import { removeMember, setMember } from "../../src/document/edits/members";
import { addPart } from "../../src/document/edits/parts";
import { insertTask, removeTask, renameTask } from "../../src/document/edits/tasks";
import { duplicateTasks, moveTasks, removeTasks } from "../../src/document/edits/transfer";
import { setUndo } from "../../src/document/edits/undo";
import { retried } from "../../src/document/edits/wrap";
import { isSound, parse } from "../../src/document/parse";
import { applyEdit } from "../../src/document/splice";
import { everyTask, type Model, type Task } from "../../src/document/task";
import { DATA, membersOf, NOTES, WHEN } from "../../src/inspector/members/tasks";
import { namesOf } from "../../src/inspector/names";
import { valueAt } from "../../src/inspector/scope";
import { ofMembers } from "../inspector/operations";

const TEXT = `document: { dsl: '1.0.3', namespace: shop, name: alias, version: '1.0.0' }
do:
- first:
    call: http
    with: &request
      method: post
      endpoint: &url https://payments.example.com/charges
      headers: { a: b }
    compensate: &undo { do: [ { refund: { call: http, with: *request } } ] }
- second:
    call: http
    with: *request
    compensate: *undo
- third:
    call: http
    with:
      method: get
      endpoint: *url
- fourth: &s
    do: &steps
    - inner: { set: { a: 1 } }
    - other: { set: { a: 2 } }
    then: sixth
- fifth: *s
- sixth:
    do: *steps
- merged:
    call: http
    with:
      <<: *request
      method: put
`;

const model = parse(TEXT);
const named = (name: string, from: Model = model): Task =>
  [...everyTask(from.tasks)].find((each) => each.name === name) as Task;
const path = (name: string, ...more: (string | number)[]) => [...named(name).path, ...more];

describe("what is shown", () => {
  it("is what the alias means", () => {
    expect(named("second").summary).toBe(named("first").summary);
    expect(named("third").summary).toBe("GET payments/charges");
    expect(named("second").undo?.tasks.map((each) => each.id)).toEqual(["/do/1/second/compensate/do/0/refund"]);
    expect(named("fifth")).toMatchObject({ kind: "do", then: "sixth", id: "/do/4/fifth" });
    expect(named("fifth").groups[0]?.tasks.map((each) => each.id)).toEqual([
      "/do/4/fifth/do/0/inner",
      "/do/4/fifth/do/1/other",
    ]);
    expect(named("sixth").groups[0]?.tasks).toHaveLength(2);
    expect(valueAt(model, path("second", "with", "endpoint"))).toBe("https://payments.example.com/charges");
    expect(valueAt(model, path("fifth", "do", 1, "other", "set", "a"))).toBe(2);
  });

  it("stands where the alias does", () => {
    const [inner] = named("fifth").groups[0]?.tasks ?? [];
    for (const task of [named("fifth"), inner as Task]) expect(TEXT.slice(...task.range)).toBe("fifth: *s");
  });

  it("may be an item of a list", () => {
    const of = parse("do:\n- &one\n  a: { set: { a: 1 } }\n- b: { do: [ *one ] }\n");
    expect(named("b", of).groups[0]?.tasks.map((each) => each.id)).toEqual(["/do/1/b/do/0/a"]);
    expect(isSound(of)).toBe(true);
  });

  it("is counted like any other", () => {
    expect(coverage(model)).toMatchObject({ undoable: 2, effectful: 3 });
  });
});

describe("an alias that cannot be followed is a fault, and breaks nothing", () => {
  const lines = Array.from({ length: 9 }, (_, at) => `- s${at + 1}: &s${at + 1} { do: [ ${list(at)} ] }`);
  function list(at: number): string {
    return Array.from({ length: 9 }, (_, each) => `{ t${each}: *s${at} }`).join(", ");
  }
  it.each([
    ["of nothing", "do:\n- a: { set: *b }\n"],
    ["within itself", "do:\n- a: &a { do: [ { b: *a } ] }\n"],
    ["of too much", `do:\n- s0: &s0 { set: { a: 1 } }\n${lines.join("\n")}\n`],
  ])("%s", (_, text) => {
    const of = parse(text);
    expect(of.faults).toHaveLength(1);
    expect(() => [coverage(of), valueAt(of, ["do"])]).not.toThrow();
  });
});

describe("an edit behind an alias changes nothing", () => {
  const inner = named("sixth").groups[0]?.tasks[0] as Task;
  it.each([
    ["a member", () => setMember(model, path("second", "with", "method"), "put")],
    ["a new member", () => setMember(model, path("second", "with", "query", "a"), 1)],
    ["a member that goes", () => removeMember(model, path("second", "with", "headers", "a"))],
    ["a member of a step", () => setMember(model, path("fifth", "if"), "${ .a }")],
    ["an undo", () => setUndo(model, named("fifth"), { form: "none", reason: "x" })],
    ["a new step", () => insertTask(model, path("sixth", "do"), 0, "new", { set: { a: 1 } })],
    ["a new item", () => insertItem(model, path("fifth", "do"), 1, { x: { set: { a: 1 } } })],
    ["an item", () => setItem(model, path("sixth", "do"), 0, { x: 1 })],
    ["items that change places", () => swapItems(model, path("sixth", "do"), 0)],
    ["an item that goes", () => removeItem(model, path("sixth", "do"), 0)],
    ["a step that is moved", () => moveTasks(model, [inner], ["do"], 0).edit],
    ["a step that is moved there", () => moveTasks(model, [named("first")], path("sixth", "do"), 0).edit],
    ["a step that is doubled", () => duplicateTasks(model, [inner])?.edit ?? []],
    ["steps that go", () => removeTasks(model, [inner]).edit],
    ["a step with another name", () => renameTask(model, inner, "x")],
    ["a step that is tried again", () => retried(model, inner, "x")],
    [
      "a part",
      () => addPart(parse(TEXT.replace("do: *steps", "switch: *steps")), { ...named("sixth"), kind: "switch" }),
    ],
  ])("%s", (_, edit) => {
    expect(applyEdit(TEXT, edit())).toBe(TEXT);
  });

  it("whatever a panel does to it", () => {
    for (const task of [named("fifth"), inner]) {
      const members = [...membersOf(task.kind, valueAt(model, task.path)), ...WHEN, ...NOTES, ...DATA];
      for (const { told, edit } of ofMembers(model, namesOf(model, task), members, task.path))
        expect(applyEdit(TEXT, edit), told).toBe(TEXT);
    }
  });
});

describe("an alias itself", () => {
  it("is moved, renamed and removed as it is written", () => {
    const fifth = named("fifth");
    expect(applyEdit(TEXT, renameTask(model, fifth, "again"))).toBe(TEXT.replace("- fifth: *s", "- again: *s"));
    expect(applyEdit(TEXT, removeTask(model, fifth))).toBe(TEXT.replace("- fifth: *s\n", ""));
    const moved = applyEdit(TEXT, moveTasks(model, [fifth], ["do"], 7).edit);
    expect(moved).toBe(`${TEXT.replace("- fifth: *s\n", "")}- fifth: *s\n`);
  });

  it("gives way to a value in its place", () => {
    const edited = applyEdit(TEXT, setMember(model, path("third", "with", "endpoint"), "https://other"));
    expect(edited).toBe(TEXT.replace("endpoint: *url", "endpoint: https://other"));
  });

  it("means what is put in the place of its anchor", () => {
    const edited = parse(
      applyEdit(TEXT, setMember(model, path("first", "with"), { method: "get", endpoint: "https://b" })),
    );
    expect(edited.faults.map((each) => each.message)).toEqual(["Nothing before it has the anchor &url"]);
    const whole = parse(
      applyEdit(TEXT.replace("*url", "https://a"), setMember(model, path("first", "with"), { method: "get" })),
    );
    expect(valueAt(whole, path("second", "with"))).toEqual({ method: "get" });
  });

  it("is written out where a step is put into braces", () => {
    const text = "do: [ { a: &a { set: { x: 1 } } }, { b: { do: [ { c: *a }, { d: { set: *x } } ] } } ]\nx: 1\n";
    const of = parse(text.replace("*x", "{}"));
    const edited = applyEdit(of.text, moveTasks(of, [named("c", of)], ["do"], 0).edit);
    expect(edited).not.toContain("source");
    expect(parse(edited).tasks.map((each) => [each.name, each.kind])).toEqual([
      ["c", "set"],
      ["a", "set"],
      ["b", "do"],
    ]);
  });

  it("is kept where it is merged into a map", () => {
    const at = path("merged", "with");
    for (const edit of [
      setMember(model, [...at, "method"], "get"),
      setMember(model, [...at, "body"], "x"),
      removeMember(model, [...at, "method"]),
    ])
      expect(applyEdit(TEXT, edit)).toContain("    with:\n      <<: *request\n");
  });
});

import { expect, it } from "vitest";
import type { Stop } from "../../src/api/debugging";
import { ANY_FAULT, boxOf, breakpointAt, changes, conditioned, toggled } from "../../src/debug/breakpoints";
import { goingOf } from "../../src/debug/keys";
import { placeOf, withStop } from "../../src/debug/marks";
import { parse } from "../../src/document/parse";

const PAY = breakpointAt("/do/0/pay");

it("a breakpoint is drawn at the box that it was set at; one on any fault at none", () => {
  for (const box of ["/do/0/pay", "/do/0/pay#undo"]) expect(boxOf(breakpointAt(box))).toBe(box);
  expect(boxOf(ANY_FAULT)).toBeUndefined();
});

it("to set one twice clears it, whatever its condition", () => {
  const set = conditioned(toggled([], PAY), PAY, ".total > 1");
  expect(set).toEqual([{ ...PAY, condition: ".total > 1" }]);
  expect(toggled(set, PAY)).toEqual([]);
});

it("a session is told only what differs; another condition is another breakpoint", () => {
  const set = [
    { ...PAY, id: 1 },
    { ...ANY_FAULT, id: 2 },
  ];
  expect(changes(set, [PAY, ANY_FAULT])).toEqual({ clear: [], add: [] });
  const asked = { ...PAY, condition: ".x" };
  expect(changes(set, [asked])).toEqual({ clear: [1, 2], add: [asked] });
});

it("the keys are those of other debuggers", () => {
  expect(["F5", "F10", "F11"].map((key) => goingOf(key, false))).toEqual(["continue", "over", "into"]);
  expect(goingOf("F11", true)).toBe("out");
  expect(goingOf("F5", true)).toBeUndefined();
});

const TEXT = `document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }
do:
- pay:
    set: {}
    compensate: { do: [ { free: { set: {} } } ] }
`;
const at = (reference: string, instance = "one") => ({ instance, workflow: "a/b:1.0.0", task: "x", reference });
const STOP: Stop = {
  reason: "step",
  at: at("/do/0/pay"),
  stack: [],
  input: {},
  context: {},
  attempt: 1,
  error: null,
  undo_of: null,
  note: null,
};

it("a session stands at a task, at its undo, or, in a sub-workflow, at the task that runs it", () => {
  const { tasks } = parse(TEXT);
  expect(placeOf(STOP, "one", tasks)).toBe("/do/0/pay");
  const undo = tasks[0]?.undo?.tasks[0]?.id ?? "";
  expect(placeOf({ ...STOP, at: at(undo) }, "one", tasks)).toBe("/do/0/pay#undo");
  expect(placeOf({ ...STOP, at: at("/do/7/z", "two"), stack: [at("/do/0/pay")] }, "one", tasks)).toBe("/do/0/pay");
  expect(withStop(new Map(), STOP, "one", tasks).get("/do/0/pay")).toEqual({ state: "stopped", word: "stopped here" });
});

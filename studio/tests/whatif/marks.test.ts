import { expect, it } from "vitest";
import type { Trace } from "../../src/api/rehearsals";
import { marksOf } from "../../src/whatif/marks";
import { scenarioOf } from "../../src/whatif/scenario";

const at = { number: 1, at: 0, instance: "trial" };
const TRACE: Trace = {
  workflow: "shop/pay:1.0.0",
  status: "faulted",
  saga: "compensated",
  input: { order: "1" },
  steps: [
    { ...at, what: "begun" },
    { ...at, what: "started", reference: "/do/0/charge" },
    { ...at, what: "completed", reference: "/do/0/charge" },
    { ...at, what: "skipped", reference: "/do/1/gift" },
    { ...at, what: "started", reference: "/do/2/ship", attempt: 2 },
    { ...at, what: "faulted", reference: "/do/2/ship", attempt: 2 },
    { ...at, what: "completed", reference: "/do/0/charge", instance: "another" },
  ],
  undos: [{ order: 1, task: "charge", reference: "/do/0/charge", instance: "trial", result: "undone", attempts: 1 }],
};

it("what was done, left out, failed and undone is marked, and nothing of a sub-workflow", () => {
  expect([...marksOf(TRACE)]).toEqual([
    ["/do/0/charge", { state: "undone", word: "undone" }],
    ["/do/1/gift", { state: "skipped" }],
    ["/do/2/ship", { state: "faulted", word: "failed · try 2" }],
    ["/do/0/charge#undo", { state: "undone", turn: 1 }],
  ]);
});

it("an undo that fails says so", () => {
  const [undo] = TRACE.undos ?? [];
  const marks = marksOf({ ...TRACE, undos: undo ? [{ ...undo, result: "failed" }] : [] });
  expect(marks.get("/do/0/charge")?.state).toBe("stuck");
});

it("a trial becomes a scenario that expects what came of it", () => {
  const faults = [{ task: "ship", error: { type: "communication", status: 422 } }];
  expect(scenarioOf("pay.yaml", "ship is refused", faults, TRACE)).toBe(`workflow: pay.yaml
scenarios:
- name: ship is refused
  input:
    order: '1'
  unanswered: generate
  faults:
  - task: ship
    error:
      type: communication
      status: 422
  expect:
    status: faulted
    saga: compensated
    undos:
    - charge
    left: []
`);
});

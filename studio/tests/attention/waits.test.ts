import { expect, it } from "vitest";
import { KINDS, type Kind, lateOf, waitsOf } from "../../src/attention/waits";

it("late timers are told by workflow with how many there are, those with the most first", () => {
  const dueTo = "2026-01-31T07:59:00.000Z";
  const byWorkflow = { "shop/note:1.0.0": 1, "shop/order:1.0.0": 3_000 };
  const late = lateOf({ dueTo }, { total: 3_001, atLeast: false, byStatus: {}, byWorkflow });
  expect(late).toEqual([
    { workflow: "shop/order:1.0.0", count: 3_000, filter: { dueTo, workflow: "shop/order:1.0.0" } },
    { workflow: "shop/note:1.0.0", count: 1, filter: { dueTo, workflow: "shop/note:1.0.0" } },
  ]);
});

it("a group of waits is asked for by its workflow too", () => {
  const counts = {
    total: 3,
    atLeast: false,
    byStatus: {},
    byWorkflow: { "shop/order:1.0.0": 2, "shop/note:1.0.0": 1 },
  };
  const [first, second] = waitsOf(KINDS[0] as Kind, { waitsFor: "resume" }, counts);
  expect(first).toMatchObject({ count: 2, filter: { waitsFor: "resume", workflow: "shop/order:1.0.0" } });
  expect(second).toMatchObject({ count: 1, filter: { waitsFor: "resume", workflow: "shop/note:1.0.0" } });
});

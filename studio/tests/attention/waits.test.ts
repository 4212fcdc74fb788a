import { expect, it } from "vitest";
import type { InstanceEntry } from "../../src/api/instances";
import { KINDS, type Kind, LATE_MS, lateOf, waitsOf } from "../../src/attention/waits";

const NOW = Date.parse("2026-01-31T08:00:00.000Z");

const due = (id: string, workflow: string, ms: number | null): InstanceEntry => ({
  id,
  workflow,
  status: "waiting",
  saga: null,
  errorType: null,
  parent: null,
  businessKey: null,
  correlation: null,
  waitsFor: ["timer"],
  dueAt: ms === null ? null : new Date(NOW + ms).toISOString(),
  createdAt: "2026-01-31T07:00:00.000Z",
  endedAt: null,
});

it("a timer is late once its time has passed for longer than a moment, and told with its workflow", () => {
  const late = lateOf(
    [
      due("a", "shop/order:1.0.0", -2 * LATE_MS),
      due("b", "shop/note:1.0.0", -2 * LATE_MS),
      due("c", "shop/order:1.0.0", -3 * LATE_MS),
      due("soon", "shop/order:1.0.0", 1),
      due("just", "shop/order:1.0.0", -LATE_MS / 2),
      due("none", "shop/order:1.0.0", null),
    ],
    NOW,
  );
  expect(late.map(({ workflow, entries }) => [workflow, entries.map(({ id }) => id)])).toEqual([
    ["shop/order:1.0.0", ["a", "c"]],
    ["shop/note:1.0.0", ["b"]],
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

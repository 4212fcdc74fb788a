import { expect, it } from "vitest";
import type { Instance } from "../../src/api/instances";
import { groupsOf } from "../../src/attention/groups";

const instance = (id: string, workflow: string, reference: string, status: number, undo = true): Instance => ({
  id,
  workflow,
  status: "suspended",
  saga: "stuck",
  input: null,
  output: null,
  error: null,
  reason: null,
  context: null,
  tasks: [],
  incidents: [{ run: 1, reference, undo, error: { type: "https://example.com/errors/communication", status } }],
  left: [],
  parent: null,
  sequence: 1,
  createdAt: "2026-01-31T08:00:00.000Z",
  endedAt: null,
});

it("the same task with the same error is one group, the largest first", () => {
  const groups = groupsOf([
    instance("a", "shop/pay:1.0.0", "/do/1/ship", 500),
    instance("b", "shop/pay:1.0.0", "/do/0/charge", 503),
    instance("c", "shop/pay:1.0.0", "/do/0/charge", 503),
    instance("d", "shop/pay:1.1.0", "/do/0/charge", 503),
    instance("e", "shop/pay:1.0.0", "/do/0/charge", 503, false),
  ]);
  expect(groups.map((each) => [each.task, each.error, each.undo, each.cases.map((one) => one.instance.id)])).toEqual([
    ["charge", "communication 503", true, ["b", "c"]],
    ["ship", "communication 500", true, ["a"]],
    ["charge", "communication 503", true, ["d"]],
    ["charge", "communication 503", false, ["e"]],
  ]);
});

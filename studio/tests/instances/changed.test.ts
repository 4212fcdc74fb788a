import { expect, it } from "vitest";
import { gathered } from "../../src/instances/changed";

const NAMES = new Map([[7, "charge"]]);

it("changes are gathered by the step or the data that they are about, in words", () => {
  const found = gathered(
    [
      { pointer: "/tasks/7/status", before: "running", after: "completed" },
      { pointer: "/tasks/7/ended_at", after: 1 },
      { pointer: "/tasks/7/output", after: { paid: true } },
      { pointer: "/data/order/total", before: 1, after: 2 },
      { pointer: "/log/7/state", before: "armed", after: "ready" },
      { pointer: "/saga", before: null, after: "compensating" },
    ],
    NAMES,
  );
  expect(found).toEqual([
    {
      title: "charge",
      lines: [
        { place: "status", before: "running", after: "completed" },
        { place: "output", after: { paid: true } },
      ],
    },
    { title: "What flows on", lines: [{ place: "order / total", before: 1, after: 2 }] },
    { title: "To be undone: charge", lines: [{ place: "state", before: "armed", after: "ready" }] },
    { title: "Undo", lines: [{ place: "", before: null, after: "compensating" }] },
  ]);
});

it("a step that begins is told by what matters of it", () => {
  const after = { run: 7, reference: "/do/0/charge", name: "charge", status: "running", started_at: 1, input: {} };
  expect(gathered([{ pointer: "/tasks/7", after }], NAMES)).toEqual([
    {
      title: "charge",
      lines: [
        { place: "status", after: "running" },
        { place: "input", after: {} },
      ],
    },
  ]);
});

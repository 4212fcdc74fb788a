import { expect, it } from "vitest";
import type { InsightReport, StepFigures } from "../../src/api/insights";
import { ADVICE_MAX, adviceOf } from "../../src/insights/advice";

const NOTHING = { started: 0, completed: 0, failed: 0, cancelled: 0, undone: 0, retries: 0, incidents: 0, resolved: 0 };

const step = (fields: Partial<StepFigures>): StepFigures => ({
  workflow: "shop/order:1.0.0",
  reference: "/do/0/pay",
  name: "pay",
  completed: 100,
  failed: 0,
  retried: 0,
  undone: 0,
  undoFailed: 0,
  p50: 20,
  p95: 30,
  p99: 40,
  histogram: [],
  ...fields,
});

const report = (fields: Partial<InsightReport>): InsightReport => ({
  since: "2026-01-31T08:00:00.000Z",
  until: "2026-01-31T09:00:00.000Z",
  bucketSeconds: 60,
  readTo: "2026-01-31T09:00:00.000Z",
  whole: true,
  total: NOTHING,
  buckets: [],
  steps: [],
  clusters: [],
  queues: { inbox: 0, owed: 0, dead: 0, waits: {} },
  ...fields,
});

const told = (fields: Partial<InsightReport>): string[] => adviceOf(report(fields)).map((each) => each.text);

it("what is usual needs no advice", () => {
  expect(told({ steps: [step({})], total: { ...NOTHING, started: 100, completed: 100 } })).toEqual([]);
});

it("what stands out is told in plain words", () => {
  expect(told({ steps: [step({ retried: 12 })] })).toEqual(["12 % of the runs of “pay” are a further try."]);
  expect(told({ steps: [step({ completed: 60, failed: 40 })] })).toEqual(["“pay” fails in 40 % of its runs."]);
  expect(told({ steps: [step({ p99: 4_200 })] })).toEqual([
    "“pay” mostly takes 20 ms, but 1 in 100 takes 4.2 s or longer.",
  ]);
  expect(told({ total: { ...NOTHING, completed: 70, failed: 30, undone: 30 } })).toEqual([
    "30 % of all instances that ended were undone.",
  ]);
  expect(told({ queues: { inbox: 0, owed: 0, dead: 1, waits: {} } })).toEqual([
    "1 event that should have gone out was refused for good.",
  ]);
});

it("a failed undo comes first, and leads to its repair", () => {
  const found = adviceOf(report({ steps: [step({ failed: 90 }), step({ name: "ship", undoFailed: 2 })] }));
  expect(found[0]).toMatchObject({ text: "The undo of “ship” failed twice.", href: "/attention" });
});

it("few runs say nothing, and never is there more than can be read", () => {
  expect(told({ steps: [step({ completed: 1, failed: 9 })] })).toEqual([]);
  const many = Array.from({ length: 30 }, () => step({ failed: 90, retried: 90, p99: 9_000 }));
  expect(told({ steps: many })).toHaveLength(ADVICE_MAX);
});

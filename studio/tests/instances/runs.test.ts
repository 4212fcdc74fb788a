import { expect, it } from "vitest";
import type { HistoryEvent, Task } from "../../src/api/instances";
import { rowsOf } from "../../src/instances/runs";

const task = (run: number, reference: string): Task => ({
  run,
  reference,
  name: reference.split("/").at(-1) ?? "",
  status: "completed",
  attempt: 1,
  startedAt: null,
  endedAt: null,
  error: null,
});

const history = (...events: readonly (readonly [at: number, type: string, fields?: object])[]): HistoryEvent[] =>
  events.map(([at, type, fields], index) => ({ sequence: index + 1, at, type, ...fields }));

const bars = (rows: ReturnType<typeof rowsOf>): unknown =>
  rows.map((row) => [row.name, row.depth, row.bars.map((bar) => [bar.kind, bar.from, bar.to, bar.attempt])]);

const FAILED = { problem: { title: "Refused" } };

it("attempts of a step share its row, and what lies between them is a wait of the try around it", () => {
  const tasks = [task(2, "/do/0/careful"), task(3, "/do/0/careful/try/0/pay"), task(4, "/do/0/careful/try/0/pay")];
  const rows = rowsOf(
    history(
      [0, "TaskStarted", { run: 2, parent: 0 }],
      [1, "TaskStarted", { run: 3, parent: 2 }],
      [5, "TaskFaulted", { run: 3, ...FAILED }],
      [5, "RetryScheduled", { run: 2, due: 9, ...FAILED }],
      [9, "TaskRetried", { run: 2, attempt: 2 }],
      [9, "TaskStarted", { run: 4, parent: 2 }],
      [12, "TaskCompleted", { run: 4 }],
      [12, "TaskCompleted", { run: 2 }],
    ),
    tasks,
    new Set(),
  );
  expect(bars(rows)).toEqual([
    [
      "careful",
      0,
      [
        ["run", 0, 5, 1],
        ["retry", 5, 9, 1],
        ["run", 9, 12, 2],
      ],
    ],
    [
      "pay",
      1,
      [
        ["failed", 1, 5, 1],
        ["run", 9, 12, 2],
      ],
    ],
  ]);
  expect(rows[1]?.bars[0]?.error).toBe("Refused");
});

it("each pass of a loop has a row of its own", () => {
  const tasks = [task(1, "/do/0/each"), task(2, "/do/0/each/do/0/one"), task(3, "/do/0/each/do/0/one")];
  const rows = rowsOf(
    history(
      [0, "TaskStarted", { run: 1, parent: 0 }],
      [0, "IterationStarted", { run: 1, index: 0 }],
      [0, "TaskStarted", { run: 2, parent: 1 }],
      [1, "TaskCompleted", { run: 2 }],
      [1, "IterationStarted", { run: 1, index: 1 }],
      [1, "TaskStarted", { run: 3, parent: 1 }],
    ),
    tasks,
    new Set(["/do/0/each/do/0/one"]),
  );
  expect(bars(rows)).toEqual([
    ["each", 0, [["run", 0, undefined, 1]]],
    ["one", 1, [["wait", 0, 1, 1]]],
    ["one", 1, [["wait", 1, undefined, 1]]],
  ]);
  expect(rows.map((row) => row.pass)).toEqual([0, 1, 2]);
});

it("an undo is a row with its tries and what a person has to decide, and its steps are below it", () => {
  const tasks = [task(1, "/do/0/pay"), task(9, "/do/0/pay/compensate/do/0/refund")];
  const rows = rowsOf(
    history(
      [0, "TaskStarted", { run: 1, parent: 0 }],
      [1, "TaskCompleted", { run: 1 }],
      [2, "UndoStarted", { entry: 1, run: 8, attempt: 1 }],
      [2, "TaskStarted", { run: 9, parent: 8 }],
      [3, "TaskFaulted", { run: 9, ...FAILED }],
      [3, "UndoRetryScheduled", { entry: 1, due: 5, ...FAILED }],
      [5, "UndoStarted", { entry: 1, run: 10, attempt: 2 }],
      [6, "UndoFailed", { entry: 1, ...FAILED }],
      [9, "IncidentResolved", { run: 1, action: "skip" }],
    ),
    tasks,
    new Set(),
  );
  expect(bars(rows)).toEqual([
    ["pay", 0, [["run", 0, 1, 1]]],
    [
      "undo of pay",
      0,
      [
        ["undoFailed", 2, 3, 1],
        ["retry", 3, 5, 1],
        ["undoFailed", 5, 6, 2],
        ["person", 6, 9, 2],
      ],
    ],
    ["refund", 1, [["undoFailed", 2, 3, 1]]],
  ]);
  expect(rows.map((row) => row.undo)).toEqual([false, true, true]);
});

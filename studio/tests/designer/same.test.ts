/** Whose panel stays when the pointer of the step that is shown becomes another. */
import { expect, it } from "vitest";
import { follows } from "../../src/designer/useSameStep";
import { parse } from "../../src/document/parse";
import type { Task } from "../../src/document/task";

const tasksOf = (...names: string[]): readonly Task[] =>
  parse(`do:\n${names.map((name) => `- ${name}: { set: { a: 1 } }\n`).join("")}`).tasks;

it.each([
  ["renamed", ["a", "b"], 0, ["c", "b"], 0, true],
  ["moved", ["a", "b"], 0, ["b", "a"], 1, true],
  ["another one that was chosen", ["a", "b"], 0, ["a", "b"], 1, false],
  ["one that was put in before it", ["a", "b"], 0, ["new", "a", "b"], 0, false],
])("%s", (_, old, shown, now, next, same) => {
  const tasks = tasksOf(...now);
  expect(follows(tasksOf(...old)[shown] as Task, tasks[next] as Task, { tasks })).toBe(same);
});

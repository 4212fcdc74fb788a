/** Laws of comparing two documents: nothing is lost, nothing is counted twice, and one edit is told as that edit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marksOf } from "../../src/compare/marks";
import { type Matched, matched, rising, stepAt, stepsOf } from "../../src/compare/matching";
import { insertTask, placeOf, removeTask, renameTask } from "../../src/document/edits/tasks";
import { moveTasks } from "../../src/document/edits/transfer";
import { parse } from "../../src/document/parse";
import { applyEdit, type Edit } from "../../src/document/splice";
import { forwardTasks, type Model, type Task } from "../../src/document/task";
import { EXAMPLES } from "../examples";

const BODY = { set: { fresh: true } };
const MODELS = EXAMPLES.map(({ text }) => parse(text)).filter((model) => model.tasks.length > 0);
const model = fc.constantFrom(...MODELS);
const withTask = model.chain((each) =>
  fc.tuple(fc.constant(each), fc.constantFrom(...forwardTasks(each.tasks)) as fc.Arbitrary<Task>),
);
const edited = (before: Model, edit: Edit): Model => parse(applyEdit(before.text, edit));
const ids = (steps: readonly { readonly task: Task }[]): string[] => steps.map((each) => each.task.id).sort();
const names = (steps: readonly { readonly task: Task }[]): string[] => steps.map((each) => each.task.name);
const changes = ({ pairs }: Matched): string[] => pairs.map((each) => each.change).filter((each) => each !== "same");

describe("comparing", () => {
  it("pairs every step with itself where nothing differs", () => {
    for (const each of MODELS) {
      const found = matched(each, parse(each.text));
      expect([found.removed, found.added, changes(found)]).toEqual([[], [], []]);
      expect(found.pairs.every(({ before, after }) => before.task.id === after.task.id)).toBe(true);
    }
  });

  it("has each step of either document exactly once, whatever is compared", () => {
    fc.assert(
      fc.property(model, model, (one, other) => {
        const found = matched(one, other);
        const before = ids([...found.pairs.map((each) => each.before), ...found.removed]);
        const after = ids([...found.pairs.map((each) => each.after), ...found.added]);
        expect(before).toEqual(ids(stepsOf(one)));
        expect(after).toEqual(ids(stepsOf(other)));
      }),
    );
  });

  it("is the same from both sides: what is added one way is removed the other way", () => {
    fc.assert(
      fc.property(model, model, (one, other) => {
        const there = matched(one, other);
        const back = matched(other, one);
        expect(ids(there.added)).toEqual(ids(back.removed));
        expect(ids(there.removed)).toEqual(ids(back.added));
      }),
    );
  });

  it("tells an insertion as one added step and nothing else", () => {
    fc.assert(
      fc.property(withTask, fc.boolean(), ([before, task], below) => {
        const [list, index] = placeOf(task);
        const after = edited(before, insertTask(before, list, index + (below ? 1 : 0), "quiteFresh", BODY));
        const found = matched(before, after);
        expect([names(found.added), found.removed, changes(found)]).toEqual([["quiteFresh"], [], []]);
      }),
    );
  });

  it("tells a removal as that step, with what it held, and nothing else but what jumped to it", () => {
    fc.assert(
      fc.property(withTask, ([before, task]) => {
        const after = edited(before, removeTask(before, task));
        const found = matched(before, after);
        const gone = stepsOf(before).filter(
          (each) => each.task.id === task.id || each.task.id.startsWith(`${task.id}/`),
        );
        expect(found.added).toEqual([]);
        expect(ids(found.removed).length).toBe(gone.length);
      }),
    );
  });

  it("finds a step again that was renamed, and says that it has changed", () => {
    fc.assert(
      fc.property(withTask, ([before, task]) => {
        const twins = stepsOf(before).filter(
          (each) => each.whole === stepsOf(before).find((it) => it.task === task)?.whole,
        );
        fc.pre(twins.length === 1);
        const after = edited(before, renameTask(before, task, "quiteOther"));
        const pair = matched(before, after).pairs.find((each) => each.before.task.id === task.id);
        expect([pair?.after.task.name, pair?.change]).toEqual(["quiteOther", "changed"]);
      }),
    );
  });

  it("marks a step that was moved, and loses none", () => {
    const before = parse("do:\n- a: { set: { x: 1 } }\n- b: { set: { x: 2 } }\n- c: { set: { x: 3 } }\n");
    const task = before.tasks[0] as Task;
    const found = matched(before, edited(before, moveTasks(before, [task], ["do"], 3).edit));
    expect([found.added, found.removed]).toEqual([[], []]);
    expect(found.pairs.filter((each) => each.change === "moved").map((each) => each.before.task.name)).toEqual(["a"]);
  });

  it("marks an undo by itself", () => {
    const text = (undo: string): string => `do:\n- a:\n    call: pay\n${undo}- b: { set: { x: 2 } }\n`;
    const none = parse(text(""));
    const one = parse(text("    compensate: { do: [ { back: { call: refund } } ] }\n"));
    const other = parse(text("    compensate: { do: [ { back: { call: other } } ] }\n"));
    const undo = "/do/0/a#undo";
    expect([...marksOf(matched(none, one)).after]).toEqual([[undo, { state: "added" }]]);
    expect([...marksOf(matched(one, none)).before]).toEqual([[undo, { state: "removed" }]]);
    expect([...marksOf(matched(one, other)).after]).toEqual([[undo, { state: "changed" }]]);
    expect([...marksOf(matched(one, one)).after]).toEqual([]);
  });
});

describe("the longest rising part", () => {
  it("rises, and no longer one does", () => {
    const longest = (values: readonly number[]): number =>
      Math.max(
        0,
        ...values.map((_, end) => {
          const best: number[] = [];
          for (let at = 0; at <= end; at += 1) {
            const earlier = best.filter((_, index) => (values[index] as number) < (values[at] as number));
            best.push(1 + Math.max(0, ...earlier));
          }
          return Math.max(...best);
        }),
      );
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 12 }), (values) => {
        const found = rising(values).map((index) => values[index] as number);
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
        expect(found.length).toBe(longest(values));
      }),
    );
  });
});

it("finds a step that is called as an undo is, and none inside an undo", () => {
  const text = "do:\n- compensate: { call: charge, compensate: { do: [ { back: { call: charge } } ] } }\n";
  expect(stepAt(parse(text), "/do/0/compensate/call")?.name).toBe("compensate");
  expect(stepAt(parse(text), "/do/0/compensate/compensate/do/0/back")?.name).toBe("compensate");
});

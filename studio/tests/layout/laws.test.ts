/** Laws of the layout: everything is there once, nothing lies upon anything else, lines run straight. */
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parse } from "../../src/document/parse";
import { forwardTasks } from "../../src/document/task";
import type { Block, Box } from "../../src/layout/geometry";
import { END, layout, START } from "../../src/layout/layout";
import { EXAMPLES } from "../examples";

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const holds = (outer: Box, inner: Box): boolean =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** An undo may touch the card that it is docked to, and a frame or a lane holds what is inside. */
function mayMeet(a: Box, b: Box): boolean {
  if ((a.kind === "frame" || a.kind === "lane") && holds(a, b)) return true;
  if ((b.kind === "frame" || b.kind === "lane") && holds(b, a)) return true;
  return (a.docked === true && a.of === b.id) || (b.docked === true && b.of === a.id);
}

function expectSound(block: Block, told: string): void {
  const ids = block.boxes.map((box) => box.id);
  expect(new Set(ids).size, `${told}: each box once`).toBe(ids.length);
  for (const [index, a] of block.boxes.entries()) {
    for (const b of block.boxes.slice(index + 1)) {
      if (overlaps(a, b) && !mayMeet(a, b)) throw new Error(`${told}: ${a.id} lies upon ${b.id}`);
    }
  }
  for (const line of block.lines) {
    line.points.slice(1).forEach((point, index) => {
      const before = line.points[index];
      expect(point.x === before?.x || point.y === before?.y, `${told}: ${line.id} is straight`).toBe(true);
    });
  }
  const lines = block.lines.map((line) => line.id);
  expect(new Set(lines).size, `${told}: each line once`).toBe(lines.length);
}

const many = (length: number): string =>
  stringify({ do: Array.from({ length }, (_, index) => ({ [`step${index}`]: { set: { index } } })) });

describe.each([{ docked: false }, { docked: true }])("laid out with docked: $docked", (options) => {
  it.skipIf(EXAMPLES.length === 0)("every example is drawn whole, and nothing lies upon anything else", () => {
    for (const { name, text } of EXAMPLES) {
      const { tasks } = parse(text);
      const block = layout(tasks, options);
      expectSound(block, name);
      const drawn = new Set(block.boxes.map((box) => box.id));
      for (const task of forwardTasks(tasks)) expect(drawn, name).toContain(task.id);
      expect(drawn).toContain(START);
      expect(drawn).toContain(END);
    }
  });
});

it("a task can be put before the first, between any two and after the last", () => {
  const slots = layout(parse(many(4)).tasks, { docked: false }).slots;
  expect(slots.map((slot) => slot.index).sort()).toEqual([0, 1, 2, 3, 4]);
});

it("what is empty has one place for its first task, and a line through it", () => {
  const { slots, lines, boxes } = layout([], { docked: false });
  expect(slots.map(({ list, index }) => [...list, index])).toEqual([["do", 0]]);
  expect(lines.map(({ from, to }) => [from, to])).toEqual([[START, END]]);
  expect(lines[0]?.points.at(-1)?.y).toBe(boxes.find(({ id }) => id === END)?.y);
});

it("a task can be put before and behind the first of a block, and a branch beside any other", () => {
  const text = `do:
- block: { do: [ { inner: { set: { a: 1 } } } ] }
- both: { fork: { branches: [ { one: { set: { a: 1 } } }, { other: { set: { a: 1 } } } ] } }
`;
  const slots = layout(parse(text).tasks, { docked: false }).slots.map(
    (slot) => `${slot.list.join("/")}@${slot.index}`,
  );
  expect(slots).toEqual(
    expect.arrayContaining([
      ...["do/0/block/do@0", "do/0/block/do@1"],
      ...["do/1/both/fork/branches@0", "do/1/both/fork/branches@1", "do/1/both/fork/branches@2"],
    ]),
  );
  expect(new Set(slots).size).toBe(slots.length);
});

it("cases that exclude each other stand side by side, and a way back is a jump", () => {
  const text = `do:
- choose: { switch: [ { big: { when: .a > 1, then: first } }, { default: { then: second } } ] }
- first: { set: { a: 1 }, then: last }
- second: { set: { a: 2 } }
- last: { set: { a: 3 }, then: choose }
`;
  const block = layout(parse(text).tasks, { docked: false });
  const box = (name: string): Box => block.boxes.find((each) => each.label === name) as Box;
  expect(box("first").y).toBe(box("second").y);
  expect(box("last").y).toBeGreaterThan(box("first").y);
  expect(block.lines.filter((line) => line.kind === "jump").map((line) => line.to)).toEqual([box("choose").id]);
});

it("a thousand steps take a time in proportion to a hundred", () => {
  const time = (tasks: Parameters<typeof layout>[0]): number => {
    const begun = performance.now();
    layout(tasks, { docked: false });
    return performance.now() - begun;
  };
  const [some, all] = [parse(many(100)).tasks, parse(many(1000)).tasks];
  const best = (tasks: typeof some): number => Math.min(...Array.from({ length: 7 }, () => time(tasks)));
  expect(best(all)).toBeLessThan(best(some) * 10 * 6 + 5);
});

/** Laws of two drawings side by side: what is the same step stands at the same height, and no drawing is torn. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aligned } from "../../src/compare/alignment";
import { matched } from "../../src/compare/matching";
import { parse } from "../../src/document/parse";
import type { Block, Box } from "../../src/layout/geometry";
import { END, layout, START } from "../../src/layout/layout";
import { EXAMPLES } from "../examples";

const MODELS = EXAMPLES.map(({ text }) => parse(text)).filter((each) => each.tasks.length > 0);
const model = fc.constantFrom(...MODELS);
const drawn = fc.tuple(model, model).map(([one, other]) => {
  const pairs = matched(one, other).pairs.map((each) => [each.before.task.id, each.after.task.id] as const);
  const blocks = [layout(one.tasks, { docked: true }), layout(other.tasks, { docked: true })] as const;
  return { blocks, pairs, moved: aligned(...blocks, pairs) };
});
const top = (block: Block, id: string): number => (block.boxes.find((box) => box.id === id) as Box).y;

describe("aligned drawings", () => {
  it("begin and end together", () => {
    fc.assert(
      fc.property(drawn, ({ moved: [one, other] }) => {
        expect(top(one, START)).toBe(top(other, START));
        expect(top(one, END)).toBe(top(other, END));
        expect(one.height).toBe(other.height);
      }),
    );
  });

  it("keep the order, the size and the inside of all boxes", () => {
    fc.assert(
      fc.property(drawn, ({ blocks, moved }) => {
        blocks.forEach((block, side) => {
          const after = (moved[side] as Block).boxes;
          block.boxes.forEach((box, index) => {
            const now = after[index] as Box;
            expect([now.id, now.x, now.width, now.height]).toEqual([box.id, box.x, box.width, box.height]);
            block.boxes.forEach((other, at) => {
              const then = after[at] as Box;
              if (box.y + box.height <= other.y) expect(now.y + now.height).toBeLessThanOrEqual(then.y);
              if (box.kind === "frame" && contains(box, other)) expect(then.y - now.y).toBe(other.y - box.y);
            });
          });
        });
      }),
    );
  });

  it("have the same steps of a straight flow at the same height", () => {
    const before = parse("do:\n- a: { set: { x: 1 } }\n- b: { call: f }\n- c: { set: { x: 3 } }\n");
    const after = parse(
      "do:\n- a: { set: { x: 1 } }\n- n: { wait: PT1S }\n- b: { call: f, compensate: g }\n- c: { set: { x: 3 } }\n",
    );
    const pairs = matched(before, after).pairs.map((each) => [each.before.task.id, each.after.task.id] as const);
    const blocks = [before, after].map((each) => layout(each.tasks, { docked: true })) as [Block, Block];
    const [one, other] = aligned(...blocks, pairs);
    for (const [a, b] of pairs) expect(top(one, a)).toBe(top(other, b));
    expect(pairs.length).toBe(3);
  });
});

const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

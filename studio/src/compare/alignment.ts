/**
 * Two drawings side by side, with the steps that are the same one at the same height. Both are stretched downwards, and
 * only between boxes: no box changes its size.
 */
import type { Block, Box, Point } from "../layout/geometry";
import { END } from "../layout/layout";
import { rising } from "./matching";

/** From this height on (of the drawing as it was), everything is moved down by so much in all. */
interface Stretch {
  readonly from: number;
  readonly by: number;
}

export function aligned(
  before: Block,
  after: Block,
  pairs: readonly (readonly [before: string, after: string])[],
): [Block, Block] {
  const clear = [clearTops(before), clearTops(after)] as const;
  const both = [...pairs, [END, END] as const].flatMap(([one, other]) => {
    const a = clear[0].get(one);
    const b = clear[1].get(other);
    return a === undefined || b === undefined ? [] : [[a, b] as const];
  });
  both.sort(([a, x], [b, y]) => a - b || x - y);
  // Of steps beside each other (cases of a switch) one leads.
  const kept = rising(both.map(([, b]) => b)).map((index) => both[index] as readonly [number, number]);
  const left: Stretch[] = [];
  const right: Stretch[] = [];
  let [one, other] = [0, 0];
  let last = -1;
  for (const [a, b] of kept) {
    if (a <= last) continue;
    last = a;
    const to = Math.max(a + one, b + other);
    [one, other] = [to - a, to - b];
    left.push({ from: a, by: one });
    right.push({ from: b, by: other });
  }
  return [stretched(before, left), stretched(after, right)];
}

/** The tops of boxes at which no other box is cut, by id. */
function clearTops(block: Block): Map<string, number> {
  const outer = block.boxes.filter((box) => !block.boxes.some((other) => other !== box && holds(other, box)));
  const tops = outer.filter(
    ({ y, kind }) => kind !== "undo" && !outer.some((box) => box.y < y && y < box.y + box.height),
  );
  return new Map(tops.map((box) => [box.id, box.y]));
}

const holds = (outer: Box, inner: Box): boolean =>
  outer.kind === "frame" &&
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

function stretched(block: Block, stretches: readonly Stretch[]): Block {
  const by = (y: number): number => stretches.findLast((each) => each.from <= y)?.by ?? 0;
  const move = <T extends Point>(each: T): T => ({ ...each, y: each.y + by(each.y) });
  return {
    ...block,
    height: block.height + by(block.height),
    boxes: block.boxes.map(move),
    slots: block.slots.map(move),
    lines: block.lines.map((line) => ({
      ...line,
      points: line.points.map(move),
      ...(line.labelAt ? { labelAt: move(line.labelAt) } : {}),
    })),
  };
}

/** Which part of a drawing is in sight, where it is so large that only that part is drawn. */
import { type ReactFlowState, useStore } from "@xyflow/react";
import { useCallback } from "react";
import type { Point } from "../layout/geometry";

export interface Sight {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** From so many boxes on, only those in sight are drawn: a step that is put in moves all that is drawn below it. */
export const MANY = 40;

/** So far around what is seen is drawn too; what is in sight changes in steps as large. */
const AROUND = 400;

const SAME = (a: Sight | undefined, b: Sight | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.left === b.left &&
    a.top === b.top &&
    a.right === b.right &&
    a.bottom === b.bottom);

/** `undefined`: everything. */
export function useSight(boxes: number): Sight | undefined {
  const look = useCallback(
    ({ transform: [x, y, zoom], width, height }: ReactFlowState) =>
      boxes > MANY ? sightOf({ x, y, zoom }, width, height) : undefined,
    [boxes],
  );
  return useStore(look, SAME);
}

function sightOf({ x, y, zoom }: { x: number; y: number; zoom: number }, width: number, height: number): Sight {
  const before = (at: number): number => (Math.floor(at / zoom / AROUND) - 1) * AROUND;
  const behind = (at: number): number => (Math.ceil(at / zoom / AROUND) + 1) * AROUND;
  return { left: before(-x), top: before(-y), right: behind(width - x), bottom: behind(height - y) };
}

/** Whether a line through these points, or the one point, may be seen. */
export function inSight(sight: Sight | undefined, points: readonly Point[]): boolean {
  if (!sight) return true;
  const xs = points.map((each) => each.x);
  const ys = points.map((each) => each.y);
  return (
    Math.min(...xs) <= sight.right &&
    Math.max(...xs) >= sight.left &&
    Math.min(...ys) <= sight.bottom &&
    Math.max(...ys) >= sight.top
  );
}

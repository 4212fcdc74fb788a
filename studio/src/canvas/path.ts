/** The path of a line, with rounded corners. */
import type { Point } from "../layout/geometry";

export function rounded(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x},${first.y}`;
  rest.forEach((point, index) => {
    const before = points[index] ?? first;
    const after = points[index + 2];
    if (!after) {
      path += `L${point.x},${point.y}`;
      return;
    }
    const into = Math.min(radius, distance(before, point) / 2);
    const out = Math.min(radius, distance(point, after) / 2);
    const from = toward(point, before, into);
    const to = toward(point, after, out);
    path += `L${from.x},${from.y}Q${point.x},${point.y} ${to.x},${to.y}`;
  });
  return path;
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
const toward = (from: Point, to: Point, by: number): Point => ({
  x: from.x + Math.sign(to.x - from.x) * by,
  y: from.y + Math.sign(to.y - from.y) * by,
});

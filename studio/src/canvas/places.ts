/** Where a step can be put, in words and by distance. */
import type { Path } from "../document/task";
import type { Block, Box, Point, Slot } from "../layout/geometry";
import type { Place } from "./actions";

export const slotId = ({ list, index }: Place): string => `${list.join("/")}@${index}`;

/** What each slot of a drawing is called, by the steps beside it, and the one above it. */
export function slotNames(block: Block): {
  readonly names: ReadonlyMap<string, string>;
  readonly above: ReadonlyMap<string, string>;
} {
  const steps = new Map<string, string>();
  for (const { task, kind } of block.boxes) {
    if (task && (kind === "task" || kind === "frame")) {
      steps.set(slotId({ list: task.path.slice(0, -2), index: task.path.at(-2) as number }), task.name);
    }
  }
  const names = new Map<string, string>();
  const above = new Map<string, string>();
  for (const slot of block.slots) {
    const id = slotId(slot);
    const after = steps.get(slotId({ list: slot.list, index: slot.index - 1 }));
    names.set(id, told(slot.list, steps.get(id), after));
    if (after !== undefined) above.set(id, after);
  }
  return { names, above };
}

function told(list: Path, before: string | undefined, after: string | undefined): string {
  const what = list.at(-1) === "branches" ? "branch" : "step";
  const inside = list.length > 1 ? ` in ${insideOf(list)}` : "";
  if (before !== undefined && after !== undefined) return `Insert a ${what} between ${after} and ${before}`;
  if (after !== undefined) return `Insert a ${what} after ${after}`;
  if (before !== undefined) return `Insert a ${what} before ${before}`;
  return `Insert a ${what}${inside || " as the first"}`;
}

/** The name of the step that holds a list: what follows the last number of its path. */
function insideOf(list: Path): string {
  const count = list.findLastIndex((key) => typeof key === "number");
  return String(list[count + 1] ?? list.at(-1));
}

export interface Target extends Place, Point {
  /** An undo whose steps the place is at the end of. */
  readonly undo?: string;
}

/** How near the pointer has to come to a place, in pixels of the screen. */
const NEAR = 90;

/** The place that a step would be dropped at: an undo that the pointer is on, or the nearest slot. */
export function targetAt(block: Block, at: Point, zoom: number, dragged: readonly Box[]): Target | undefined {
  const undo = block.boxes.find((box) => box.kind === "undo" && holds(box, at));
  if (undo) return undoTarget(block, undo, dragged);
  let nearest: Slot | undefined;
  let least = NEAR / zoom;
  for (const slot of block.slots) {
    const distance = Math.hypot(slot.x - at.x, slot.y - at.y);
    if (distance < least && !dragged.some((box) => isInside(slot.list, box))) [nearest, least] = [slot, distance];
  }
  return nearest;
}

function undoTarget(block: Block, undo: Box, dragged: readonly Box[]): Target | undefined {
  const own = block.boxes.find((box) => box.id === undo.of)?.task?.undo;
  if (own?.form !== "tasks" || dragged.some((box) => isInside(own.path, box))) return undefined;
  return { list: [...own.path, "do"], index: own.tasks.length, x: undo.x, y: undo.y, undo: undo.id };
}

const holds = (box: Box, at: Point): boolean =>
  box.x <= at.x && at.x <= box.x + box.width && box.y <= at.y && at.y <= box.y + box.height;

const isInside = (list: Path, { task }: Box): boolean => task?.path.every((key, index) => key === list[index]) === true;

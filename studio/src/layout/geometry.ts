/** What a layout is made of: boxes and lines, in pixels, growing downwards along an axis. */
import type { Path, Task } from "../document/task";

export const SIZE = {
  task: { width: 248, height: 72 },
  /** Its turn has room beside its name. */
  undo: { width: 200, height: 44 },
  /** An undo that is docked below its task, where the canvas is narrow. */
  docked: { width: 186, height: 30, overlap: 7, indent: 46 },
  cap: { width: 72, height: 32 },
  header: 44,
  /** Between a frame and what is inside, above and below: room for a slot. */
  inset: 44,
  /** So far below the others stands what handles an error: its lane has a title. */
  caught: 40,
  /** Between a task and its undo. */
  besideGap: 44,
  /** Between a task and the next. */
  belowGap: 56,
  /** Between branches. */
  branchGap: 36,
  padding: 32,
  /** Between the lines of jumps at the left. */
  gutter: 18,
} as const;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly id: string;
  readonly kind: "task" | "undo" | "frame" | "lane" | "cap";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly task?: Task;
  /** Of an undo: the id of the task that it takes back. */
  readonly of?: string;
  readonly docked?: boolean;
}

export interface Line {
  readonly id: string;
  readonly kind: "flow" | "case" | "jump" | "undo";
  readonly points: readonly Point[];
  readonly label?: string;
  /** The condition behind the label. */
  readonly hint?: string;
  readonly labelAt?: Point;
  readonly from?: string;
  readonly to?: string;
}

/** A place where a task can be put. */
export interface Slot {
  readonly list: Path;
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** A part of the drawing; flow enters it at the top of `axis` and leaves at the bottom. */
export interface Block {
  readonly width: number;
  readonly height: number;
  readonly axis: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly slots: readonly Slot[];
}

export const EMPTY: Block = { width: 0, height: 0, axis: 0, boxes: [], lines: [], slots: [] };

export function moved(block: Block, dx: number, dy: number): Block {
  if (dx === 0 && dy === 0) return block;
  const move = <T extends Point>(each: T): T => ({ ...each, x: each.x + dx, y: each.y + dy });
  return {
    ...block,
    boxes: block.boxes.map(move),
    slots: block.slots.map(move),
    lines: block.lines.map((line) => ({
      ...line,
      points: line.points.map(move),
      ...(line.labelAt ? { labelAt: move(line.labelAt) } : {}),
    })),
  };
}

/** Collects the parts of a block. */
export class Sheet {
  readonly boxes: Box[] = [];
  readonly lines: Line[] = [];
  readonly slots: Slot[] = [];

  add(block: Block, dx: number, dy: number): void {
    const placed = moved(block, dx, dy);
    this.boxes.push(...placed.boxes);
    this.lines.push(...placed.lines);
    this.slots.push(...placed.slots);
  }

  block(width: number, height: number, axis: number): Block {
    return { width, height, axis, boxes: this.boxes, lines: this.lines, slots: this.slots };
  }
}

export const down = (x: number, from: number, to: number): Point[] => [
  { x, y: from },
  { x, y: to },
];

/** From one axis to another, sideways at the height `at`. */
export function across(from: Point, to: Point, at: number): Point[] {
  if (from.x === to.x) return [from, to];
  return [from, { x: from.x, y: at }, { x: to.x, y: at }, to];
}

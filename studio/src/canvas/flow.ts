/** From a layout to what React Flow draws. */
import type { Edge, Node } from "@xyflow/react";
import type { Task } from "../document/task";
import type { Block, Box, Line, Slot } from "../layout/geometry";

/** What is said of a task besides what the document says: its state in an instance or a trial. */
export interface Mark {
  readonly state: string;
  readonly word?: string;
  /** Of an undo: its turn. */
  readonly turn?: number;
}

export interface BoxData extends Record<string, unknown> {
  readonly box: Box;
  readonly mark: Mark | undefined;
  readonly missingUndo: boolean;
  readonly breakpoint: boolean;
}

export interface LineData extends Record<string, unknown> {
  readonly line: Line;
  readonly dim: boolean;
}

export type BoxNode = Node<BoxData>;
export type LineEdge = Edge<LineData>;

export interface Drawing {
  readonly block: Block;
  readonly selected: string | undefined;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly missing: ReadonlySet<string>;
  readonly breakpoints: ReadonlySet<string>;
}

export function nodesOf({ block, selected, marks, missing, breakpoints }: Drawing): BoxNode[] {
  const order = block.boxes.filter((box) => box.kind === "task" || box.kind === "frame");
  const turn = new Map(order.map((box, index) => [box.id, index + 1]));
  return block.boxes.map((box) => {
    const mark = marks.get(box.id);
    const reachable = box.kind === "task" || box.kind === "frame" || box.kind === "undo";
    return {
      id: box.id,
      type: box.kind,
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      selected: box.id === selected,
      draggable: false,
      selectable: reachable,
      focusable: reachable,
      zIndex: box.kind === "frame" ? 0 : box.kind === "lane" ? 1 : 2,
      ariaLabel: `${told(box, mark, turn.get(box.id), order.length)}${breakpoints.has(box.id) ? ", breakpoint" : ""}`,
      data: { box, mark, missingUndo: missing.has(box.id), breakpoint: breakpoints.has(box.id) },
    };
  });
}

export function edgesOf({ block, marks }: Drawing): LineEdge[] {
  const traced = marks.size > 0;
  return block.lines.map((line) => ({
    id: line.id,
    source: block.boxes[0]?.id ?? "",
    target: block.boxes.at(-1)?.id ?? "",
    type: "line",
    focusable: false,
    selectable: false,
    zIndex: 1,
    data: { line, dim: traced && isUntouched(line, marks) },
  }));
}

export const slotId = (slot: Slot): string => `${slot.list.join("/")}@${slot.index}`;

/** A way that was not taken: where it comes from has not run, or where it leads to has not. */
function isUntouched(line: Line, marks: ReadonlyMap<string, Mark>): boolean {
  const ran = (id: string | undefined): boolean => {
    if (id === undefined || id.startsWith("#")) return true;
    const state = marks.get(id)?.state ?? "idle";
    return state !== "idle" && state !== "skipped";
  };
  return line.kind === "undo" ? !ran(line.to) : !(ran(line.from) && ran(line.to));
}

function told(box: Box, mark: Mark | undefined, turn: number | undefined, all: number): string {
  const state = mark ? `, ${mark.word ?? mark.state}` : "";
  if (box.kind === "undo") {
    return `Undo ${box.label} of ${nameOf(box.of)}${mark?.turn ? `, undone as number ${mark.turn}` : ""}${state}`;
  }
  const { task } = box;
  if (!task || turn === undefined) return box.label;
  return `Step ${turn} of ${all}: ${task.name}, ${task.kind}${undoTold(task)}${state}`;
}

function undoTold({ undo, effectful }: Task): string {
  if (!undo) return effectful ? ", no undo" : "";
  return undo.form === "none" ? ", needs no undo" : `, undone by ${undo.label}`;
}

const nameOf = (id: string | undefined): string => id?.split("/").at(-1) ?? "";

/** A path with rounded corners. */
export function rounded(points: Line["points"], radius = 8): string {
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

type At = { readonly x: number; readonly y: number };
const distance = (a: At, b: At): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
const toward = (from: At, to: At, by: number): At => ({
  x: from.x + Math.sign(to.x - from.x) * by,
  y: from.y + Math.sign(to.y - from.y) * by,
});

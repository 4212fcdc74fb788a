/** From a layout to what React Flow draws. */
import type { Node } from "@xyflow/react";
import type { Task } from "../document/task";
import type { Block, Box } from "../layout/geometry";
import { lastingNames } from "./identity";

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

export type BoxNode = Node<BoxData>;

export interface Drawing {
  readonly block: Block;
  readonly selected: string | undefined;
  /** All that are selected, where there are several. */
  readonly chosen: ReadonlySet<string>;
  /** The undo that a step would be dropped into. */
  readonly target: string | undefined;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly missing: ReadonlySet<string>;
  readonly breakpoints: ReadonlySet<string>;
}

/** No handles: lines are drawn apart, and nothing is ever connected by hand. */
const HANDLES: NonNullable<BoxNode["handles"]> = [];

export function nodesOf(drawing: Drawing): BoxNode[] {
  const { block, selected, chosen, target, marks, missing, breakpoints } = drawing;
  const order = block.boxes.filter((box) => box.kind === "task" || box.kind === "frame");
  const turn = new Map(order.map((box, index) => [box.id, index + 1]));
  const names = lastingNames(block.boxes.map((box) => box.id));
  return block.boxes.map((box, index) => {
    const mark = marks.get(box.id);
    const isChosen = chosen.size > 1 && chosen.has(box.id);
    const reachable = box.kind === "task" || box.kind === "frame" || box.kind === "undo";
    return {
      id: names[index] ?? box.id,
      type: box.kind,
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      // As it is known, nothing has to be measured, and a new box is seen at once.
      measured: { width: box.width, height: box.height },
      handles: HANDLES,
      selected: box.id === selected || isChosen,
      ...(box.id === target ? { className: "target" } : {}),
      draggable: false,
      selectable: reachable,
      focusable: reachable,
      zIndex: box.kind === "frame" ? 0 : box.kind === "lane" ? 1 : 2,
      ariaLabel: [
        told(box, mark, turn.get(box.id), order.length),
        ...(breakpoints.has(box.id) ? ["breakpoint"] : []),
        ...(isChosen ? ["selected"] : []),
      ].join(", "),
      data: { box, mark, missingUndo: missing.has(box.id), breakpoint: breakpoints.has(box.id) },
    };
  });
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

/** From a layout to what React Flow draws. */
import type { Node } from "@xyflow/react";
import type { Kind, Task } from "../document/task";
import type { Block, Box } from "../layout/geometry";
import { lastingNames } from "./identity";

/** What is said of a task besides what the document says: its state in an instance or a trial. */
export interface Mark {
  readonly state: string;
  readonly word?: string;
  /** Of an undo: its turn. */
  readonly turn?: number;
}

/**
 * What is shown in a box, and nothing of where it stands: an edit elsewhere moves the box and leaves this as it is, so that
 * nothing in it is made anew. A box that acts asks the drawing which one it is (`CanvasActions.idAt`).
 */
export interface Look extends Record<string, unknown> {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly docked: boolean;
  readonly kind: Kind;
  readonly summary: string;
  readonly timeout: string | undefined;
  readonly condition: string | undefined;
  readonly pivot: boolean;
  /** Of a `try`: whether something handles its errors. */
  readonly catches: boolean;
  readonly mark: Mark | undefined;
  readonly missingUndo: boolean;
  readonly breakpoint: boolean;
}

export type BoxNode = Node<Look>;

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

/** The steps of an undo lie below its own step, in one form or the other. */
const IN_UNDO = ["/compensate/", "/metadata/compensate/"];

/** The looks of the boxes, by their names. */
export type Looks = ReadonlyMap<string, Look>;

export const looksOf = (nodes: readonly BoxNode[]): Looks => new Map(nodes.map(({ id, data }) => [id, data]));

/** One for each box, in their order. A look that is as it was `before` is the same object. */
export function nodesOf(drawing: Drawing, before: Looks): BoxNode[] {
  const { block, selected, chosen, target, marks, missing, breakpoints } = drawing;
  const order = block.boxes.filter((box) => box.kind === "task" || box.kind === "frame");
  const turn = new Map(order.map((box, index) => [box.id, index + 1]));
  const names = lastingNames(block.boxes.map((box) => box.id));
  return block.boxes.map((box, index) => {
    const mark = marks.get(box.id);
    const isChosen = chosen.size > 1 && chosen.has(box.id);
    const reachable = box.kind === "task" || box.kind === "frame" || box.kind === "undo";
    const name = names[index] ?? box.id;
    return {
      id: name,
      type: box.kind,
      position: { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      // As it is known, nothing has to be measured, and a new box is seen at once.
      measured: { width: box.width, height: box.height },
      handles: HANDLES,
      // A step of an undo has no box of its own: that of the undo is shown.
      selected:
        box.id === selected ||
        isChosen ||
        (box.kind === "undo" && IN_UNDO.some((form) => selected?.startsWith(`${box.of}${form}`))),
      ...(box.id === target ? { className: "target" } : {}),
      draggable: false,
      selectable: reachable,
      focusable: reachable,
      zIndex: box.kind === "frame" ? 0 : box.kind === "lane" ? 1 : 2,
      ariaLabel: [
        told(box, mark, turn.get(box.id), order.length, missing.has(box.id)),
        ...(breakpoints.has(box.id) ? ["breakpoint"] : []),
        ...(isChosen ? ["selected"] : []),
      ].join(", "),
      data: lasting(lookOf(box, mark, missing.has(box.id), breakpoints.has(box.id)), before.get(name)),
    };
  });
}

function lookOf(box: Box, mark: Mark | undefined, missingUndo: boolean, breakpoint: boolean): Look {
  const { label, width, height, docked = false, task } = box;
  return {
    label,
    width,
    height,
    docked,
    kind: task?.kind ?? "unknown",
    summary: task?.summary ?? "",
    timeout: task?.timeout,
    condition: task?.condition,
    pivot: task?.pivot ?? false,
    catches: task?.groups.some((group) => group.role === "catch") ?? false,
    mark,
    missingUndo,
    breakpoint,
  };
}

const lasting = (look: Look, before: Look | undefined): Look =>
  before && Object.keys(look).every((key) => look[key] === before[key]) ? before : look;

function told(box: Box, mark: Mark | undefined, turn: number | undefined, all: number, missing: boolean): string {
  const state = mark ? `, ${mark.word ?? mark.state}` : "";
  if (box.kind === "undo") {
    const done = mark?.state === "stuck" ? "tried" : "undone";
    return `Undo ${box.label} of ${nameOf(box.of)}${mark?.turn ? `, ${done} as number ${mark.turn}` : ""}${state}`;
  }
  const { task } = box;
  if (!task || turn === undefined) return box.label;
  return `Step ${turn} of ${all}: ${task.name}, ${task.kind}${undoTold(task, missing)}${state}`;
}

function undoTold({ undo }: Task, missing: boolean): string {
  if (!undo) return missing ? ", no undo" : "";
  return undo.form === "none" ? ", needs no undo" : `, undone by ${undo.label}`;
}

const nameOf = (id: string | undefined): string => id?.split("/").at(-1) ?? "";

/** What can be done on the canvas itself; what is absent cannot, as on the graph of an instance. */
import { createContext } from "react";
import type { Path } from "../document/task";
import type { Slot } from "../layout/geometry";

/** A place in a list: before its item at `index`. */
export interface Place {
  readonly list: Path;
  readonly index: number;
}

export interface Actions {
  readonly addUndo?: (task: string) => void;
  /** Give a `switch` one more case, or a `try` what handles its errors. */
  readonly addPart?: (task: string) => void;
  readonly insertAt?: (slot: Slot) => void;
  readonly moveTo?: (tasks: readonly string[], place: Place) => void;
  /** Set or clear a breakpoint, of a task or (`#undo`) of its undo. */
  readonly breakAt?: (id: string) => void;
}

export interface ActionsAtBoxes extends Actions {
  /** The box that an element stands in. */
  readonly idAt: (element: Element) => string | undefined;
}

export const CanvasActions = createContext<ActionsAtBoxes>({ idAt: () => undefined });

/** What can be done on the canvas itself; what is absent cannot, as on the graph of an instance. */
import { createContext } from "react";
import type { Slot } from "../layout/geometry";

export interface Actions {
  readonly addUndo?: (task: string) => void;
  readonly insertAt?: (slot: Slot) => void;
  /** Set or clear a breakpoint, of a task or (`#undo`) of its undo. */
  readonly breakAt?: (id: string) => void;
}

export const CanvasActions = createContext<Actions>({});

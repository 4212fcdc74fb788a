/** The keys of the drawing in the designer. Those that move the focus are the canvas's own. */
import type { KeyboardEvent } from "react";
import type { Place } from "../canvas/actions";
import { placeOf } from "../document/edits/tasks";
import { removeUndo } from "../document/edits/undo";
import { findTask } from "../document/task";
import { isTurnedOff } from "../ui/letters";
import type { Draft } from "./draft";
import type { Structure } from "./useStructure";

interface Deps {
  readonly draft: Draft;
  readonly structure: Structure;
  readonly insertAt: (place: Place) => void;
  readonly toggleText: () => void;
}

export function pressedOnDrawing(event: KeyboardEvent, focused: string | undefined, deps: Deps): void {
  const act = actionOf(event, focused, deps);
  if (!act) return;
  event.preventDefault();
  act();
}

/** F: suppose that the step with the focus fails. */
export function pressedToSuppose(event: KeyboardEvent, focused: string | undefined, suppose: (id: string) => void) {
  const bare = !(event.ctrlKey || event.metaKey || event.altKey) && event.key.toLowerCase() === "f";
  if (!bare || !focused || isTurnedOff(event)) return;
  event.preventDefault();
  suppose(focused.replace(/#undo$/, ""));
}

function actionOf(event: KeyboardEvent, focused: string | undefined, deps: Deps): (() => void) | undefined {
  const { draft, structure, insertAt } = deps;
  const control = event.ctrlKey || event.metaKey;
  const key = event.key.toLowerCase();
  if (control && !event.altKey) {
    if (key === "z") return () => (event.shiftKey ? draft.redo() : draft.undo());
    if (key === "y") return () => draft.redo();
    if (key === "d" && focused) return () => structure.duplicate(structure.meant(focused));
    return undefined;
  }
  if (isTurnedOff(event)) return undefined;
  if (key === "y" && !event.altKey) return deps.toggleText;
  if (!focused) return undefined;
  if (event.altKey) {
    if (key === "arrowup") return () => structure.moveBy(structure.meant(focused), -1);
    if (key === "arrowdown") return () => structure.moveBy(structure.meant(focused), 1);
    return undefined;
  }
  return onStep(key, focused, deps, insertAt);
}

function onStep(key: string, focused: string, { draft, structure }: Deps, insertAt: Deps["insertAt"]) {
  const { drawn } = draft.snapshot();
  const task = findTask(drawn.tasks, focused.replace(/#undo$/, ""));
  if (!task) return undefined;
  if (focused.endsWith("#undo")) {
    const remove = (): void => {
      draft.apply(removeUndo(drawn, task));
      structure.focusOn(task.id);
    };
    return key === "delete" ? remove : undefined;
  }
  const [list, index] = placeOf(task);
  if (key === "u" && !task.undo) return () => structure.addUndo(task.id);
  if (key === "a") return () => insertAt({ list, index: index + 1 });
  if (key === "delete" || key === "backspace") return () => structure.remove(structure.meant(focused));
  return undefined;
}

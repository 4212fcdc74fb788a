/** What is added to a draft on its drawing: steps, undos, parts of a step. */
import type { Place } from "../canvas/actions";
import { ELSEWHERE } from "../document/aliases";
import { addPart } from "../document/edits/parts";
import { freeName, insertTask } from "../document/edits/tasks";
import { setUndo, undoBody, undoName } from "../document/edits/undo";
import type { Edit } from "../document/splice";
import { findTask, pointerOf } from "../document/task";
import type { Choice } from "./palette";
import type { Steps } from "./steps";

export interface Adding {
  readonly insert: (place: Place, choice: Choice) => void;
  readonly addUndo: (id: string) => void;
  readonly addPart: (id: string) => void;
}

export function adding({ draft, marking, model }: Steps): Adding {
  /** Whether there was anything to do: behind an alias there is not. */
  const put = (edit: Edit): boolean => {
    if (edit.length > 0) draft.apply(edit);
    else marking.say(ELSEWHERE);
    return edit.length > 0;
  };
  return {
    insert: ({ list, index }, choice) => {
      const name = freeName(model(), list, choice.name);
      if (!put(insertTask(model(), list, index, name, choice.body))) return;
      const id = pointerOf([...list, index, name]);
      marking.choose([]);
      marking.show(id);
      marking.say(`${name} is inserted`);
      marking.focusOn(id);
    },
    addUndo: (id) => {
      const found = findTask(model().tasks, id);
      if (!found) return;
      const body = undoBody(model(), found);
      if (put(setUndo(model(), found, { form: "tasks", name: undoName(found), body }))) marking.show(`${id}#undo`);
    },
    addPart: (id) => {
      const found = findTask(model().tasks, id);
      if (found) draft.apply(addPart(model(), found));
      marking.show(id);
    },
  };
}

/** How steps of a draft are moved, doubled, removed, copied and pasted on its drawing. */
import type { Place } from "../canvas/actions";
import { placeOf } from "../document/edits/tasks";
import { duplicateTasks, moveTasks, pasteTasks, piecesFrom, removeTasks, yamlOf } from "../document/edits/transfer";
import { everyTask } from "../document/task";
import { START } from "../layout/layout";
import { countOf, isAround, isIn, type Steps } from "./steps";

export interface Moving {
  readonly moveTo: (ids: readonly string[], place: Place) => void;
  /** By one place, up (-1) or down (1), in their list. */
  readonly moveBy: (ids: readonly string[], by: -1 | 1) => void;
  /** The same, with the focus left where it is. */
  readonly moveInPanel: (id: string, by: -1 | 1) => void;
  readonly duplicate: (ids: readonly string[]) => void;
  readonly remove: (ids: readonly string[]) => void;
}

export interface Copying {
  readonly copied: (ids: readonly string[]) => string | undefined;
  /** As a command does it; the keys of the clipboard need no leave of the browser. */
  readonly copyToClipboard: (ids: readonly string[]) => void;
  readonly paste: (text: string, after: string | undefined) => void;
}

export const moving = ({ marking, model, of, transfer }: Steps): Moving => ({
  ...movingByOne({ marking, model, of, transfer }),
  moveTo: (ids, { list, index }) => {
    const tasks = of(ids);
    marking.focusOn(transfer(moveTasks(model(), tasks, list, index), `${countOf(tasks)} moved`).at(-1));
  },
  duplicate: (ids) => {
    const tasks = of(ids);
    const copies = duplicateTasks(model(), tasks);
    if (copies) marking.focusOn(transfer(copies, `${countOf(tasks)} duplicated`).at(-1));
  },
  remove: (ids) => {
    const tasks = of(ids);
    const [first] = tasks;
    if (!first) return;
    const [list, index] = placeOf(first);
    transfer(removeTasks(model(), tasks), `${countOf(tasks)} removed`);
    const all = [...everyTask(model().tasks)];
    const left = all.filter((task) => isIn(task, list));
    // Of an empty list the step around it; where there is none, the place for a first step.
    marking.focusOn((left[index] ?? left.at(-1) ?? all.findLast((task) => isAround(task, list)))?.id ?? START);
  },
});

function movingByOne({ marking, model, of, transfer }: Omit<Steps, "draft">): Pick<Moving, "moveBy" | "moveInPanel"> {
  const moved = (ids: readonly string[], by: -1 | 1): string | undefined => {
    const tasks = of(ids);
    const [first, last] = [tasks[0], tasks.at(-1)];
    if (!first || !last) return undefined;
    const [list, index] = placeOf(by < 0 ? first : last);
    const to = by < 0 ? index - 1 : index + 2;
    return to < 0 ? undefined : transfer(moveTasks(model(), tasks, list, to), `${countOf(tasks)} moved`).at(-1);
  };
  return {
    moveBy: (ids, by) => marking.focusOn(moved(ids, by)),
    moveInPanel: (id, by) => {
      moved([id], by);
    },
  };
}

export const copying = ({ marking, model, of, transfer }: Steps): Copying => ({
  copied: (ids) => {
    const tasks = of(ids);
    if (tasks.length === 0) return undefined;
    marking.say(`${countOf(tasks)} on the clipboard`);
    return yamlOf(model(), tasks);
  },
  copyToClipboard: (ids) => {
    const tasks = of(ids);
    // Over plain HTTP there is no clipboard at all: that is as if it were refused.
    const written = async (): Promise<void> => navigator.clipboard.writeText(yamlOf(model(), tasks));
    written().then(
      () => marking.say(`${countOf(tasks)} on the clipboard`),
      () => marking.say("The browser does not give the clipboard away: press Ctrl+C on the step"),
    );
  },
  paste: (text, after) => {
    const pieces = piecesFrom(text);
    if (!pieces) {
      marking.say("What is on the clipboard is no step");
      return;
    }
    const [behind] = after === undefined ? [] : of([after]);
    const [list, index] = behind ? placeOf(behind) : [["do"], model().tasks.length - 1];
    marking.focusOn(transfer(pasteTasks(model(), pieces, list, index + 1), `${pieces.length} pasted`).at(-1));
  },
});

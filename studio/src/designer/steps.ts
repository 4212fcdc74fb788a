/** The steps of a draft as edits from the drawing see them: looked up by their ids, edited, and marked afterwards. */
import type { Transfer } from "../document/edits/transfer";
import { everyTask, type Model, pointerOf, type Task } from "../document/task";
import type { Draft } from "./draft";
import type { Marking } from "./useSelection";

export interface Steps {
  readonly draft: Draft;
  readonly marking: Marking;
  /** As it stands. */
  readonly model: () => Model;
  /** Those that these ids are of, in the order of the document; the undo of a step stands for the step. */
  readonly of: (ids: readonly string[]) => Task[];
  /** Make the edit, select what it was about, and say what it leaves behind; the ids of that. */
  readonly transfer: (transfer: Transfer, what: string) => string[];
}

export function stepsOf(draft: Draft, marking: Marking): Steps {
  const model = (): Model => draft.snapshot().drawn;
  return {
    draft,
    marking,
    model,
    of: (ids) => {
      const wanted = new Set(ids.map((id) => id.replace(/#undo$/, "")));
      return [...everyTask(model().tasks)].filter((task) => wanted.has(task.id));
    },
    transfer: ({ edit, list, names, said }, what) => {
      if (edit.length === 0) {
        if (said.length > 0) marking.say(said.join(". "));
        return [];
      }
      draft.apply(edit);
      const ids = names.flatMap((name) => {
        const start = `${pointerOf(list)}/`;
        const found = [...everyTask(model().tasks)].find((task) => task.id.startsWith(start) && isIn(task, list, name));
        return found ? [found.id] : [];
      });
      marking.choose(ids);
      marking.show(ids.at(-1));
      marking.say([what, ...said].join(". "));
      return ids;
    },
  };
}

export const countOf = (tasks: readonly Task[]): string =>
  tasks.length === 1 ? (tasks[0]?.name ?? "") : `${tasks.length} steps`;

/** Whether a list is inside a task. */
export const isAround = ({ path }: Task, list: readonly (string | number)[]): boolean =>
  path.length < list.length && path.every((key, index) => key === list[index]);

/** Whether a task is an item of a list; with a name, that one. */
export const isIn = ({ path }: Task, list: readonly (string | number)[], name?: string): boolean =>
  path.length === list.length + 2 &&
  list.every((key, index) => key === path[index]) &&
  (name === undefined || path.at(-1) === name);

/** What is done to the steps of a draft on its drawing. Each is one edit of the text, and one step of its undo. */
import { useCallback, useMemo, useRef, useState } from "react";
import type { Place } from "../canvas/actions";
import { addPart } from "../document/edits/parts";
import { freeName, insertTask, placeOf } from "../document/edits/tasks";
import {
  duplicateTasks,
  moveTasks,
  pasteTasks,
  piecesFrom,
  removeTasks,
  type Transfer,
  yamlOf,
} from "../document/edits/transfer";
import { setUndo, undoName } from "../document/edits/undo";
import { everyTask, findTask, pointerOf, type Task } from "../document/task";
import type { Draft } from "./draft";
import type { Choice } from "./palette";

export interface Structure {
  /** All that are selected, where there are several. */
  readonly chosen: ReadonlySet<string>;
  readonly select: (id: string | undefined, more?: boolean) => void;
  /** The box that gets the focus next. */
  readonly wanted: { readonly id: string } | undefined;
  /** What there is to say of the last edit. */
  readonly said: string;
  readonly insert: (place: Place, choice: Choice) => void;
  readonly addUndo: (id: string) => void;
  readonly addPart: (id: string) => void;
  readonly moveTo: (ids: readonly string[], place: Place) => void;
  /** Those that are selected, or the one. */
  readonly meant: (id: string | undefined) => string[];
  /** By one place, up (-1) or down (1), in their list. */
  readonly moveBy: (ids: readonly string[], by: -1 | 1) => void;
  readonly duplicate: (ids: readonly string[]) => void;
  readonly remove: (ids: readonly string[]) => void;
  readonly copied: (ids: readonly string[]) => string | undefined;
  /** As a command does it; the keys of the clipboard need no leave of the browser. */
  readonly copyToClipboard: (ids: readonly string[]) => void;
  /** Select a step and bring it into sight. */
  readonly goTo: (id: string) => void;
  readonly paste: (text: string, after: string | undefined) => void;
}

const NOBODY: ReadonlySet<string> = new Set();

export function useStructure(
  draft: Draft,
  selected: string | undefined,
  show: (id: string | undefined) => void,
): Structure {
  const [chosen, setChosen] = useState(NOBODY);
  const [wanted, setWanted] = useState<{ readonly id: string }>();
  const [said, setSaid] = useState("");
  const model = useCallback(() => draft.snapshot().drawn, [draft]);
  const tasksOf = useCallback(
    (ids: readonly string[]): Task[] => {
      const wantedIds = new Set(ids.map((id) => id.replace(/#undo$/, "")));
      return [...everyTask(model().tasks)].filter((task) => wantedIds.has(task.id));
    },
    [model],
  );
  // Of this moment, also where several are selected one after the other before anything is drawn.
  const last = useRef(selected);
  last.current = selected;
  const select = useCallback(
    (id: string | undefined, more = false) => {
      const from = last.current;
      last.current = id;
      setChosen((before) => (more && id !== undefined ? toggled(before, id, from) : NOBODY));
      setSaid("");
      show(id);
    },
    [show],
  );
  /** Make the edit, select what it was about, and say what it leaves behind. */
  const transfer = useCallback(
    ({ edit, list, names, said: told }: Transfer, what: string): string[] => {
      if (edit.length === 0) return [];
      draft.apply(edit);
      const ids = names.flatMap((name) => {
        const start = `${pointerOf(list)}/`;
        const found = [...everyTask(model().tasks)].find((task) => task.id.startsWith(start) && isIn(task, list, name));
        return found ? [found.id] : [];
      });
      setChosen(ids.length > 1 ? new Set(ids) : NOBODY);
      show(ids.at(-1));
      setSaid([what, ...told].join(". "));
      return ids;
    },
    [draft, model, show],
  );
  const focusOn = useCallback((id: string | undefined) => id !== undefined && setWanted({ id }), []);

  const edits = useMemo(
    () => ({
      insert: ({ list, index }: Place, choice: Choice): void => {
        const name = freeName(model(), list, choice.name);
        draft.apply(insertTask(model(), list, index, name, choice.body));
        setChosen(NOBODY);
        show(pointerOf([...list, index, name]));
        setSaid(`${name} is inserted`);
        focusOn(pointerOf([...list, index, name]));
      },
      addUndo: (id: string): void => {
        const found = findTask(model().tasks, id);
        if (!found) return;
        const body = { call: "http", with: { method: "delete", endpoint: "https://service.example.com/things" } };
        draft.apply(setUndo(model(), found, { form: "tasks", name: undoName(found), body }));
        show(`${id}#undo`);
      },
      addPart: (id: string): void => {
        const found = findTask(model().tasks, id);
        if (found) draft.apply(addPart(model(), found));
        show(id);
      },
      moveTo: (ids: readonly string[], { list, index }: Place): void => {
        const tasks = tasksOf(ids);
        focusOn(transfer(moveTasks(model(), tasks, list, index), `${countOf(tasks)} moved`).at(-1));
      },
      moveBy: (ids: readonly string[], by: -1 | 1): void => {
        const tasks = tasksOf(ids);
        const [first, last] = [tasks[0], tasks.at(-1)];
        if (!first || !last) return;
        const [list, index] = placeOf(by < 0 ? first : last);
        const to = by < 0 ? index - 1 : index + 2;
        if (to >= 0) focusOn(transfer(moveTasks(model(), tasks, list, to), `${countOf(tasks)} moved`).at(-1));
      },
      duplicate: (ids: readonly string[]): void => {
        const tasks = tasksOf(ids);
        const copies = duplicateTasks(model(), tasks);
        if (copies) focusOn(transfer(copies, `${countOf(tasks)} duplicated`).at(-1));
      },
      remove: (ids: readonly string[]): void => {
        const tasks = tasksOf(ids);
        const [first] = tasks;
        if (!first) return;
        const [list, index] = placeOf(first);
        transfer(removeTasks(model(), tasks), `${countOf(tasks)} removed`);
        const left = [...everyTask(model().tasks)].filter((task) => isIn(task, list));
        focusOn((left[index] ?? left.at(-1))?.id);
      },
      copied: (ids: readonly string[]): string | undefined => {
        const tasks = tasksOf(ids);
        if (tasks.length === 0) return undefined;
        setSaid(`${countOf(tasks)} on the clipboard`);
        return yamlOf(model(), tasks);
      },
      copyToClipboard: (ids: readonly string[]): void => {
        const tasks = tasksOf(ids);
        navigator.clipboard.writeText(yamlOf(model(), tasks)).then(
          () => setSaid(`${countOf(tasks)} on the clipboard`),
          () => setSaid("The browser does not give the clipboard away: press Ctrl+C on the step"),
        );
      },
      goTo: (id: string): void => {
        setChosen(NOBODY);
        show(id);
        focusOn(id);
      },
      paste: (text: string, after: string | undefined): void => {
        const pieces = piecesFrom(text);
        if (!pieces) {
          setSaid("What is on the clipboard is no step");
          return;
        }
        const [behind] = after === undefined ? [] : tasksOf([after]);
        const [list, index] = behind ? placeOf(behind) : [["do"], model().tasks.length - 1];
        focusOn(transfer(pasteTasks(model(), pieces, list, index + 1), `${pieces.length} pasted`).at(-1));
      },
    }),
    [draft, model, show, tasksOf, transfer, focusOn],
  );
  const meant = useCallback(
    (id: string | undefined) => (id === undefined ? [] : chosen.has(id) ? [...chosen] : [id]),
    [chosen],
  );
  return { chosen, select, wanted, said, meant, ...edits };
}

const countOf = (tasks: readonly Task[]): string =>
  tasks.length === 1 ? (tasks[0]?.name ?? "") : `${tasks.length} steps`;

/** Whether a task is an item of a list; with a name, that one. */
const isIn = ({ path }: Task, list: readonly (string | number)[], name?: string): boolean =>
  path.length === list.length + 2 &&
  list.every((key, index) => key === path[index]) &&
  (name === undefined || path.at(-1) === name);

function toggled(before: ReadonlySet<string>, id: string, selected: string | undefined): ReadonlySet<string> {
  const next = new Set(before.size === 0 && selected !== undefined ? [selected] : before);
  if (before.has(id)) next.delete(id);
  else next.add(id);
  return next;
}

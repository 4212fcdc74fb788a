/** Laws of the panels: whatever a field does, the text stays sound, and no other line of it changes. */
import { history, undo } from "@codemirror/commands";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { parse as load } from "yaml";
import { removeValue } from "../../src/document/edits/values";
import { parse } from "../../src/document/parse";
import { applyEdit, type Edit } from "../../src/document/splice";
import { everyTask, type Model, type Task } from "../../src/document/task";
import type { Member } from "../../src/inspector/fields";
import { DATA, membersOf, NOTES, PIVOT, WHEN } from "../../src/inspector/members/tasks";
import { UNDO } from "../../src/inspector/members/undo";
import { ABOUT, FLOW, RUNNING, USE } from "../../src/inspector/members/workflow";
import { namesOf } from "../../src/inspector/names";
import { valueAt } from "../../src/inspector/scope";
import { isSubsequence, untouched } from "../document/holds";
import { EXAMPLES, type Example } from "../examples";
import { type Operation, ofMembers } from "./operations";
import { HAS_SCHEMA, wrong } from "./schema";

function undone(text: string, edit: Edit): string {
  const before = EditorState.create({ doc: text, extensions: [history()] });
  let state = before.update({ changes: [...edit] }).state;
  undo({ state, dispatch: (transaction) => (state = transaction.state) });
  return state.sliceDoc();
}

function holds(example: Example, { told, edit, added }: Operation): void {
  const where = `${told} in ${example.name}`;
  const edited = applyEdit(example.text, edit);
  const model = parse(edited);
  expect(model.faults, `${where}\n${edited}`).toEqual([]);
  expect(isSubsequence(untouched(example.text, edit), edited.split("\n")), where).toBe(true);
  expect(wrong(edited), `${where}\n${edited}`).toEqual([]);
  expect(undone(example.text, edit), where).toBe(example.text);
  if (!added) return;
  const again = applyEdit(edited, removeValue(model, added.path, added.kept));
  expect(load(again), `${where}, and removed\n${again}`).toEqual(load(example.text));
}

const TASK: Readonly<Record<string, (model: Model, task: Task) => readonly Member[]>> = {
  "what it does": (model, task) => membersOf(task.kind, valueAt(model, task.path)),
  "when, and notes": () => [...WHEN, ...NOTES, ...PIVOT],
  data: () => DATA,
};

/** Thousands of edits: a machine that does other things as well takes its time. */
const SLOW = 300_000;

const sound = EXAMPLES.filter((example) => wrong(example.text).length === 0);

describe.skipIf(EXAMPLES.length === 0 || !HAS_SCHEMA)("fields of every example", () => {
  it("every example is sound to begin with, but those that the schema itself refuses", () => {
    expect(EXAMPLES.filter((each) => !sound.includes(each)).map((each) => each.name)).toEqual([]);
  });

  it.each(Object.keys(TASK))(
    "of each task: %s",
    (kind) => {
      let count = 0;
      for (const example of sound) {
        const model = parse(example.text);
        for (const task of everyTask(model.tasks)) {
          const members = TASK[kind]?.(model, task) ?? [];
          for (const each of ofMembers(model, namesOf(model, task), members, task.path)) {
            holds(example, each);
            count += 1;
          }
        }
      }
      expect(count).toBeGreaterThan(100);
    },
    SLOW,
  );

  it(
    "of each undo",
    () => {
      for (const example of sound) {
        const model = parse(example.text);
        for (const task of everyTask(model.tasks)) {
          if (task.undo?.form !== "tasks") continue;
          for (const each of ofMembers(model, namesOf(model, task), UNDO, task.undo.path)) holds(example, each);
        }
      }
    },
    SLOW,
  );

  it(
    "of the whole workflow",
    () => {
      for (const example of sound) {
        const model = parse(example.text);
        const members = [...ABOUT, ...FLOW, ...USE, ...RUNNING].filter((each) => !NAMES.includes(each.label));
        for (const each of ofMembers(model, namesOf(model, undefined), members, [], 0)) holds(example, each);
      }
    },
    SLOW,
  );
});

/** The name of a document is not any text. */
const NAMES = ["Name", "Namespace", "Version"];

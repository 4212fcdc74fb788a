/** Laws of edits: the text stays YAML, it says what was meant, and no other line changes. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { parse as load } from "yaml";
import { setMember } from "../../src/document/edits/members";
import { freeName, insertTask, placeOf, removeTask, renameTask } from "../../src/document/edits/tasks";
import { duplicateTasks, moveTasks } from "../../src/document/edits/transfer";
import { removeUndo, setUndo, undoName } from "../../src/document/edits/undo";
import { parse } from "../../src/document/parse";
import { applyEdit } from "../../src/document/splice";
import { everyTask, type Model, type Path, type Task } from "../../src/document/task";
import { EXAMPLES, IN_BOTH } from "../examples";
import { at, type Change, holds, type Plain } from "./holds";

const BODY = { call: "http", with: { method: "post", endpoint: "https://service.example.com/things" } };

function put(data: Plain, path: Path, value: unknown): void {
  let inner: Plain = data;
  for (const key of path.slice(0, -1)) {
    if (inner[key as string] === undefined || inner[key as string] === null) inner[key as string] = {};
    inner = inner[key as string] as Plain;
  }
  inner[path.at(-1) as string] = value;
}

const CHANGES: Record<string, (model: Model, task: Task, number: number) => Change> = {
  insert: (model, task, number) => {
    const [list, index] = placeOf(task);
    const name = freeName(model, list, "fresh");
    const place = index + (number % 2);
    return {
      edit: insertTask(model, list, place, name, BODY),
      meant: (data) => (at(data, list) as unknown[]).splice(place, 0, { [name]: BODY }),
    };
  },
  remove: (model, task) => {
    const [list, index] = placeOf(task);
    return { edit: removeTask(model, task), meant: (data) => (at(data, list) as unknown[]).splice(index, 1) };
  },
  move: (model, task, number) => {
    const [list, index] = placeOf(task);
    const length = (at(model.document.toJS(), list) as unknown[]).length;
    const target = number % (length + 1);
    return {
      edit: moveTasks(model, [task], list, target).edit,
      meant: (data) => {
        const tasks = at(data, list) as unknown[];
        const [moved] = tasks.splice(index, 1);
        tasks.splice(target > index ? target - 1 : target, 0, moved);
      },
    };
  },
  moveToTop: (model, task) => {
    const [list, index] = placeOf(task);
    const name = list.length > 1 ? freeName(model, ["do"], task.name) : task.name;
    if (list.length === 1 || name !== task.name) return { edit: [], meant: () => undefined };
    return {
      edit: moveTasks(model, [task], ["do"], 0).edit,
      meant: (data) => {
        const [moved] = (at(data, list) as unknown[]).splice(index, 1);
        (data.do as unknown[]).unshift(moved);
      },
    };
  },
  copy: (model, task) => {
    const [list, index] = placeOf(task);
    const name = freeName(model, list, task.name);
    return {
      edit: duplicateTasks(model, [task])?.edit ?? [],
      meant: (data) => {
        const tasks = at(data, list) as Plain[];
        tasks.splice(index + 1, 0, { [name]: structuredClone(tasks[index]?.[task.name]) });
      },
    };
  },
  rename: (model, task) => {
    const [list, index] = placeOf(task);
    const name = freeName(model, list, "renamed");
    return {
      edit: renameTask(model, task, name),
      meant: (data) => {
        const tasks = at(data, list) as Plain[];
        const own = tasks[index] as Plain;
        tasks[index] = { [name]: own[task.name] };
        for (const each of tasks) {
          const body = Object.values(each)[0] as Plain | null;
          if (body?.then === task.name) body.then = name;
          const handler = body?.catch as Plain | undefined;
          if (handler?.then === task.name) handler.then = name;
          for (const one of (body?.switch as Plain[] | undefined) ?? []) {
            const inner = Object.values(one)[0] as Plain | null;
            if (inner?.then === task.name) inner.then = name;
          }
        }
      },
    };
  },
  undo: (model, task) => ({
    edit: setUndo(model, task, { form: "tasks", name: undoName(task), body: BODY }),
    meant: (data) => put(data, task.undo?.path ?? [...task.path, "compensate"], { do: [{ [undoName(task)]: BODY }] }),
  }),
  noUndo: (model, task) => ({
    edit: setUndo(model, task, { form: "none", reason: "it's only read: nothing" }),
    meant: (data) => put(data, task.undo?.path ?? [...task.path, "compensate"], { none: "it's only read: nothing" }),
  }),
  dropUndo: (model, task) => ({
    edit: removeUndo(model, task),
    meant: (data) => {
      if (!task.undo) return;
      let path: Path = task.undo.path;
      for (;;) {
        const parent = at(data, path.slice(0, -1)) as Plain;
        delete parent[path.at(-1) as string];
        if (Object.keys(parent).length > 0 || path.length - 1 <= task.path.length) return;
        path = path.slice(0, -1);
      }
    },
  }),
  condition: (model, task, number) => ({
    edit: setMember(model, [...task.path, "if"], number % 3 ? `.a > ${number} and (.b | length) == 2` : undefined),
    meant: (data) => {
      const own = at(data, task.path) as Plain;
      if (number % 3) own.if = `.a > ${number} and (.b | length) == 2`;
      else delete own.if;
    },
  }),
  timeout: (model, task, number) => ({
    edit: setMember(model, [...task.path, "timeout"], { after: { seconds: number } }),
    meant: (data) => put(data, [...task.path, "timeout"], { after: { seconds: number } }),
  }),
};

const taskOf = (model: Model, pick: number): Task | undefined => {
  const tasks = [...everyTask(model.tasks)];
  return tasks[pick % tasks.length];
};

describe.skipIf(EXAMPLES.length === 0)("edits of every example", () => {
  it.each(Object.keys(CHANGES))("%s: parses, says what was meant, leaves all other lines as they are", (kind) => {
    for (const example of IN_BOTH) {
      const model = parse(example.text);
      let number = 0;
      for (const task of everyTask(model.tasks)) {
        number += 1;
        const change = CHANGES[kind]?.(model, task, number);
        if (change) holds(example, change, `${kind} of ${task.id} in ${example.name}`);
      }
    }
  });

  it("a thousand random edits, one upon the other", () => {
    const edits = fc.array(fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat(999)), {
      minLength: 5,
      maxLength: 5,
    });
    const property = fc.property(fc.constantFrom(...IN_BOTH), edits, (example, steps) => {
      let { text } = example;
      for (const [kind, pick] of steps) {
        const model = parse(text);
        const task = taskOf(model, pick);
        const change = task && CHANGES[kind]?.(model, task, pick);
        if (!change || (load(text) as Plain).do === undefined) continue;
        holds({ name: example.name, text }, change, `${kind} of ${task.id} in ${example.name}`);
        text = applyEdit(text, change.edit);
      }
    });
    fc.assert(property, { numRuns: 200, seed: 1 });
  });
});

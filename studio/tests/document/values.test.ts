/** Laws of edits at any place of a document: lists, free names, text that is typed, a task that is tried again. */

import { describe, expect, it } from "vitest";
import { isMap, isSeq, parse as load } from "yaml";
import { coverage } from "../../src/document/coverage";
import { renameEntry, swapEntries } from "../../src/document/edits/entries";
import { insertItem, removeItem, setItem, swapItems } from "../../src/document/edits/items";
import { isFault, setSource, sourceOf } from "../../src/document/edits/source";
import { freeName, placeOf } from "../../src/document/edits/tasks";
import { removeValue, setValue } from "../../src/document/edits/values";
import { retried } from "../../src/document/edits/wrap";
import { nodeAt } from "../../src/document/nodes";
import { isSound, parse } from "../../src/document/parse";
import { applyEdit } from "../../src/document/splice";
import { everyTask, type Model, type Path } from "../../src/document/task";
import { EXAMPLES, IN_BOTH } from "../examples";
import { at, type Change, holds, type Plain } from "./holds";

const WORTH = { a: 1, b: ["x", { c: "it's: so" }] };

/** Thousands of edits: a machine that does other things as well takes its time. */
const SLOW = 300_000;

/** Every path at which a list stands, or a map. */
function* places(data: unknown, kind: "list" | "map", path: Path = []): Generator<Path> {
  if (typeof data !== "object" || data === null) return;
  if (Array.isArray(data) === (kind === "list")) yield path;
  const keys = Array.isArray(data) ? data.map((_, index) => index) : Object.keys(data);
  for (const key of keys) yield* places((data as Plain)[key as string], kind, [...path, key]);
}

const LISTS: Record<string, (model: Model, path: Path, index: number) => Change> = {
  insert: (model, path, index) => ({
    edit: insertItem(model, path, index, WORTH),
    meant: (data) => (at(data, path) as unknown[]).splice(index, 0, WORTH),
  }),
  append: (model, path) => ({
    edit: insertItem(model, path, 1_000, "last: of all"),
    meant: (data) => (at(data, path) as unknown[]).push("last: of all"),
  }),
  remove: (model, path, index) => ({
    edit: removeItem(model, path, index),
    meant: (data) => (at(data, path) as unknown[]).splice(index, 1),
  }),
  set: (model, path, index) => ({
    edit: setItem(model, path, index, index % 2 ? WORTH : "another # one"),
    meant: (data) => (at(data, path) as unknown[]).splice(index, 1, index % 2 ? WORTH : "another # one"),
  }),
  swap: (model, path, index) => ({
    edit: swapItems(model, path, index),
    meant: (data) => {
      const list = at(data, path) as unknown[];
      if (index + 1 < list.length) list.splice(index, 2, list[index + 1], list[index]);
    },
  }),
};

const MAPS: Record<string, (model: Model, path: Path, index: number) => Change> = {
  rename: (model, path, index) => ({
    edit: renameEntry(model, path, Object.keys(at(load(model.text), path) as Plain)[index] as string, "an other: name"),
    meant: (data) => {
      const map = at(data, path) as Plain;
      const entries = Object.entries(map).map(([key, value], at) => [at === index ? "an other: name" : key, value]);
      for (const key of Object.keys(map)) delete map[key];
      Object.assign(map, Object.fromEntries(entries));
    },
  }),
  swap: (model, path, index) => ({ edit: swapEntries(model, path, index), meant: () => undefined }),
  set: (model, path, index) => {
    const key = Object.keys(at(load(model.text), path) as Plain)[index] as string;
    const value = index % 2 ? WORTH : "another # one\nin two lines";
    return {
      edit: setValue(model, [...path, key], value),
      meant: (data) => {
        (at(data, path) as Plain)[key] = value;
      },
    };
  },
  remove: (model, path, index) => {
    const key = Object.keys(at(load(model.text), path) as Plain)[index] as string;
    return {
      edit: removeValue(model, [...path, key], path.length),
      meant: (data) => delete (at(data, path) as Plain)[key],
    };
  },
};

const keysOf = (text: string, path: Path): string[] => Object.keys(at(load(text), path) as Plain);

describe.skipIf(EXAMPLES.length === 0)("edits at every place of every example", { timeout: SLOW }, () => {
  it.each(Object.keys(LISTS))("%s an item", (kind) => {
    for (const example of IN_BOTH) {
      const model = parse(example.text);
      for (const path of places(load(example.text), "list")) {
        (at(load(example.text), path) as unknown[]).forEach((_, index) => {
          const change = LISTS[kind]?.(model, path, index);
          if (change) holds(example, change, `${kind} ${index} of /${path.join("/")} in ${example.name}`);
        });
      }
    }
  });

  it.each(Object.keys(MAPS))("%s an entry", (kind) => {
    let number = 0;
    for (const example of IN_BOTH) {
      const model = parse(example.text);
      for (const path of places(load(example.text), "map")) {
        number += 1;
        const keys = path.length === 0 ? [] : keysOf(example.text, path);
        for (const index of keys.length && number % 2 ? [number % keys.length] : []) {
          const change = MAPS[kind]?.(model, path, index);
          if (!change) continue;
          const told = `${kind} ${index} of /${path.join("/")} in ${example.name}`;
          holds(example, change, told);
          if (kind !== "swap" || index + 1 >= keys.length) continue;
          const order = [...keys];
          order.splice(index, 2, keys[index + 1] as string, keys[index] as string);
          expect(keysOf(applyEdit(example.text, change.edit), path), told).toEqual(order);
        }
      }
    }
  });

  it("text that is typed over itself changes nothing, and other text changes only its own lines", () => {
    for (const example of EXAMPLES) {
      const model = parse(example.text);
      for (const path of places(load(example.text), "map")) {
        for (const key of path.length === 0 ? [] : keysOf(example.text, path)) {
          const own = [...path, key];
          const node = nodeAt(model, own);
          if (!isMap(node) && !isSeq(node)) continue;
          const told = `/${own.join("/")} in ${example.name}`;
          const source = sourceOf(model, own);
          expect(load(source), `${told}\n${source}`).toEqual(at(load(example.text), own));
          const same = setSource(model, own, source);
          expect(isFault(same) ? same : applyEdit(example.text, same), told).toBe(example.text);
          const typed = "# a comment\nfirst: 1\nsecond: # another\n  - it's\n";
          const edit = setSource(model, own, typed);
          if (isFault(edit)) throw new Error(edit.message);
          const change: Change = {
            edit,
            meant: (data) => Object.assign(at(data, path) as Plain, { [key]: load(typed) }),
          };
          holds(example, change, told);
        }
      }
    }
  });

  it("the same holds of items, which stand behind a dash", () => {
    let count = 0;
    for (const example of EXAMPLES) {
      const model = parse(example.text);
      for (const path of places(load(example.text), "list")) {
        (at(load(example.text), path) as unknown[]).forEach((item, index) => {
          if (typeof item !== "object" || item === null) return;
          count += 1;
          const own = [...path, index];
          const told = `/${own.join("/")} in ${example.name}`;
          const source = sourceOf(model, own);
          expect(load(source), `${told}\n${source}`).toEqual(item);
          const same = setSource(model, own, source);
          expect(isFault(same) ? same : applyEdit(example.text, same), told).toBe(example.text);
          for (const typed of [
            "# a comment\nfirst: 1\nsecond: # another\n  - it's\n",
            "- 1\n- a: 2\n",
            "[1, 2]",
            "one",
          ]) {
            const edit = setSource(model, own, typed);
            if (isFault(edit)) throw new Error(edit.message);
            const meant = (data: unknown): void => {
              (at(data, path) as unknown[])[index] = load(typed);
            };
            holds(example, { edit, meant }, `${told}: ${typed}`);
          }
        });
      }
    }
    expect(count).toBeGreaterThan(100);
  });

  it("what is no YAML is told and changes nothing", () => {
    const model = parse("do:\n- one:\n    set:\n      a: 1\n");
    expect(setSource(model, ["do", 0, "one", "set"], "a: [1")).toHaveProperty("message");
    expect(setSource(model, ["do", 0, "one", "set"], "a: *b")).toHaveProperty("message");
  });

  it("a task is put into a try that repeats it", () => {
    for (const example of IN_BOTH) {
      const model = parse(example.text);
      for (const task of everyTask(model.tasks)) {
        const [list, index] = placeOf(task);
        const name = freeName(model, list, "again");
        const change: Change = {
          edit: retried(model, task, name),
          meant: (data) => {
            const tasks = at(data, list) as Plain[];
            const own = (tasks[index] as Plain)[task.name] as Plain;
            const { then, ...inner } = own;
            const holdsUndo = [...everyTask([task])].some((each) => each.undo && each.undo.form !== "none");
            const retry = { delay: { seconds: 1 }, backoff: { exponential: {} }, limit: { attempt: { count: 5 } } };
            tasks[index] = {
              [name]: {
                try: [{ [task.name]: inner }],
                catch: { retry, ...(holdsUndo ? { betweenAttempts: "keep" } : {}) },
                ...(then === undefined ? {} : { then }),
              },
            };
            for (const each of tasks) {
              const body = Object.values(each)[0] as Plain | null;
              const handler = body?.catch as Plain | undefined;
              if (body?.then === task.name) body.then = name;
              if (handler?.then === task.name) handler.then = name;
              for (const one of (body?.switch as Plain[] | undefined) ?? []) {
                const inner = Object.values(one)[0] as Plain | null;
                if (inner?.then === task.name) inner.then = name;
              }
            }
          },
        };
        holds(example, change, `${task.id} in ${example.name}`);
      }
    }
  });
});

describe("a scalar in a flow collection", () => {
  const change = (text: string, path: Path, value: unknown): string => {
    const changed = applyEdit(text, setValue(parse(text), path, value));
    expect(at(load(changed), path)).toEqual(value);
    return changed;
  };

  it("keeps the quotes that it had, and has some where it needs them", () => {
    const text = `do:\n- one:\n    set: { a: "\${ .a }", b: 'b', c: c, d: ["x", 'y', z], e: "1", f: 1 }\n`;
    const own = (...path: Path): Path => ["do", 0, "one", "set", ...path];
    expect(change(text, own("a"), "${ .b }")).toContain(`{ a: "\${ .b }", b`);
    expect(change(text, own("a"), 'say "it"')).toContain(`a: "say \\"it\\""`);
    expect(change(text, own("b"), "it's")).toContain("b: 'it''s',");
    expect(change(text, own("b"), "two\nlines")).toContain('b: "two\\nlines",');
    expect(change(text, own("c"), "d")).toContain("c: d,");
    expect(change(text, own("c"), "d, e")).toContain("c: 'd, e',");
    expect(change(text, own("c"), "2")).toContain("c: '2',");
    expect(change(text, own("d", 0), "w")).toContain('["w", ');
    expect(change(text, own("d", 1), "w")).toContain(", 'w', ");
    expect(change(text, own("d", 2), "w")).toContain(", w]");
    expect(change(text, own("e"), 2)).toContain("e: 2,");
    expect(change(text, own("e"), "2")).toContain('e: "2",');
    expect(change(text, own("f"), "a")).toContain("f: a }");
  });
});

describe("an alias", () => {
  it("of nothing is a fault with its place, and what is drawn stays as it was", () => {
    const text = "do:\n- one:\n    set: *nobody\n";
    const model = parse(text);
    expect(isSound(model)).toBe(false);
    expect(model.faults.map(({ range: [from, to] }) => text.slice(from, to))).toEqual(["*nobody"]);
  });

  it("of what stands before it is none", () => {
    const model = parse("do:\n- one:\n    set: &all { a: 1 }\n- two:\n    set: *all\n");
    expect(isSound(model)).toBe(true);
    expect(coverage(model).effectful).toBe(0);
  });
});

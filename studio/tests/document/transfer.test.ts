/** Laws of steps that are moved, copied and pasted: parses, says what was meant, and a way back leaves no trace. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse as load } from "yaml";
import { addPart } from "../../src/document/edits/parts";
import { placeOf, renameTask } from "../../src/document/edits/tasks";
import {
  duplicateTasks,
  moveTasks,
  pasteTasks,
  piecesFrom,
  removeTasks,
  yamlOf,
} from "../../src/document/edits/transfer";
import { retried } from "../../src/document/edits/wrap";
import { listAt } from "../../src/document/nodes";
import { parse } from "../../src/document/parse";
import { applyEdit, type Edit } from "../../src/document/splice";
import { everyTask, findTask, type Model, type Path, type Task } from "../../src/document/task";
import { EXAMPLES } from "../examples";

type Plain = Record<string, unknown>;

const at = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Plain)[key as string], data);
const pointer = (path: Path): string =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Every list of tasks that is written in block style, and not empty. */
function listsOf(model: Model): Path[] {
  const lists = new Map<string, Path>();
  for (const task of everyTask(model.tasks)) {
    const [list] = placeOf(task);
    if (!listAt(model, list)?.flow) lists.set(pointer(list), list);
  }
  return [...lists.values()];
}

const lengthOf = (model: Model, list: Path): number => listAt(model, list)?.items.length ?? 0;

/** The path of a list, where one more step stands at `index` of another list. */
const returned = (list: Path, other: Path, index: number): Path =>
  list.map((key, depth) =>
    typeof key === "number" && pointer(list.slice(0, depth)) === pointer(other) && index <= key ? key + 1 : key,
  );

/** What is said of a task, whatever it is called and whatever place leads to it. */
const bodyOf = (text: string, path: Path): unknown => {
  return JSON.parse(JSON.stringify(at(load(text), path), (key, value) => (key === "then" ? undefined : value)));
};

const movable = (model: Model): Task[] =>
  [...everyTask(model.tasks)].filter((task) => {
    const seq = listAt(model, placeOf(task)[0]);
    return seq && !seq.flow && seq.items.length > 1;
  });

const MOVABLE = EXAMPLES.filter((example) => movable(parse(example.text)).length > 0);

describe.skipIf(EXAMPLES.length === 0)("over every example", () => {
  const random = fc.record({
    example: fc.constantFrom(...MOVABLE),
    pick: fc.nat(999),
    to: fc.nat(999),
    place: fc.nat(99),
  });

  it("a step that is moved to any list and back leaves the text as it was", () => {
    let moves = 0;
    const property = fc.property(random, ({ example, pick, to, place }) => {
      const model = parse(example.text);
      const tasks = movable(model);
      const task = tasks[pick % Math.max(1, tasks.length)];
      const lists = listsOf(model);
      const list = lists[to % Math.max(1, lists.length)];
      if (!task || !list) return;
      const there = moveTasks(model, [task], list, place % (lengthOf(model, list) + 1));
      if (there.edit.length === 0) return;
      const text = applyEdit(model.text, there.edit);
      const after = parse(text);
      expect(after.faults, text).toEqual([]);
      const seq = load(text) as Plain;
      const name = there.names[0] as string;
      const index = (at(seq, there.list) as Plain[]).findIndex((each) => name in each);
      expect(bodyOf(text, [...there.list, index, name])).toEqual(bodyOf(model.text, task.path));
      if (name !== task.name) return;
      moves += 1;
      const moved = findTask(after.tasks, pointer([...there.list, index, name])) as Task;
      const home = returned(placeOf(task)[0], there.list, index);
      const position = placeOf(task)[1];
      const behind = pointer(home) === pointer(there.list) && index < position;
      const again = moveTasks(after, [moved], home, behind ? position + 1 : position);
      expect(applyEdit(after.text, again.edit)).toBe(model.text);
    });
    fc.assert(property, { numRuns: 1_500, seed: 1 });
    expect(moves).toBeGreaterThan(500);
  });

  it("several that are moved at once say what was meant, and all other lines stay as they are", () => {
    const property = fc.property(random, fc.nat(7), ({ example, pick, place }, also) => {
      const model = parse(example.text);
      const lists = listsOf(model).filter((list) => lengthOf(model, list) > 1);
      const list = lists[pick % Math.max(1, lists.length)];
      if (!list) return;
      const length = lengthOf(model, list);
      const chosen = [...everyTask(model.tasks)].filter((task) => {
        const [own, index] = placeOf(task);
        return pointer(own) === pointer(list) && (index === pick % length || (also >> (index % 3)) & 1);
      });
      const to = place % (length + 1);
      const { edit } = moveTasks(model, chosen, list, to);
      const text = applyEdit(model.text, edit);
      const meant = load(model.text) as Plain;
      const tasks = at(meant, list) as Plain[];
      const indices = chosen.map((task) => placeOf(task)[1]);
      const gone = tasks.filter((_, index) => indices.includes(index));
      const before = tasks.slice(0, to).filter((_, index) => !indices.includes(index));
      const behind = tasks.slice(to).filter((_, index) => !indices.includes(index + to));
      tasks.splice(0, length, ...before, ...gone, ...behind);
      expect(load(text), text).toEqual(meant);
      expect(text.split("\n").sort()).toEqual(model.text.split("\n").sort());
    });
    fc.assert(property, { numRuns: 600, seed: 1 });
  });

  it("what is copied is YAML anywhere, and pasted again says the same under a name of its own", () => {
    for (const example of EXAMPLES) {
      const model = parse(example.text);
      for (const task of everyTask(model.tasks)) {
        const copied = yamlOf(model, [task]);
        const [list, index] = placeOf(task);
        expect(load(copied)).toEqual([{ [task.name]: at(load(model.text), task.path) }]);
        const pieces = piecesFrom(copied);
        if (!pieces) throw new Error(`${example.name}: ${copied}`);
        const { edit, names } = pasteTasks(model, pieces, list, index + 1);
        const text = applyEdit(model.text, edit);
        const path = [...list, index + 1, names[0] as string];
        expect(bodyOf(text, path), text).toEqual(bodyOf(model.text, task.path));
        expect(names[0]).not.toBe(task.name);
        expect(applyEdit(model.text, duplicateTasks(model, [task])?.edit ?? [])).toContain(`${names[0]}`);
      }
    }
  });
});

it.skipIf(EXAMPLES.length === 0)("a part that is added to a step leaves all other lines as they are", () => {
  let added = 0;
  for (const example of EXAMPLES) {
    const model = parse(example.text);
    for (const task of everyTask(model.tasks)) {
      const edit = addPart(model, task);
      if (edit.length === 0) continue;
      added += 1;
      const text = applyEdit(model.text, edit);
      expect(parse(text).faults, text).toEqual([]);
      expect(
        edit.every((each) => each.from === each.to || example.text.slice(each.from, each.to).trim().length < 3),
      ).toBe(true);
      const after = findTask(parse(text).tasks, task.id) as Task;
      const partsOf = ({ groups, cases }: Task): number => groups.length + cases.length;
      expect(partsOf(after), text).toBe(partsOf(task) + 1);
    }
  }
  expect(added).toBeGreaterThan(10);
});

const SHOP = `do:
# --- payment ---

- charge: # by card
    call: charge
    then: ship

# after the money
- ship:
    call: ship
- pack:
    do:
    - wrap: { set: { a: 1 } }
    - label:
        set: { b: 2 }
        # not larger than the box
`;

const named = (model: Model, ...names: string[]): Task[] =>
  [...everyTask(model.tasks)].filter((task) => names.includes(task.name));

describe("one document", () => {
  it("comments travel with their step", () => {
    const model = parse(SHOP);
    const { edit } = moveTasks(model, named(model, "ship"), ["do", 2, "pack", "do"], 0);
    expect(applyEdit(SHOP, edit)).toBe(`do:
# --- payment ---

- charge: # by card
    call: charge
    then: ship

- pack:
    do:
    # after the money
    - ship:
        call: ship
    - wrap: { set: { a: 1 } }
    - label:
        set: { b: 2 }
        # not larger than the box
`);
  });

  it("a step that others lead to does not leave in silence", () => {
    const model = parse(SHOP);
    const left = ["charge leads to ship, which is gone from its list"];
    expect(removeTasks(model, named(model, "ship")).said).toEqual(left);
    expect(moveTasks(model, named(model, "ship"), ["do", 2, "pack", "do"], 0).said).toEqual(left);
    const away = moveTasks(model, named(model, "charge"), ["do", 2, "pack", "do"], 0);
    expect(away.said).toEqual(["charge leads to ship, which is not in the same list"]);
  });

  it("copies that lead to each other lead to each other's copies", () => {
    const model = parse(SHOP);
    const copied = duplicateTasks(model, named(model, "charge", "ship"));
    expect(copied?.names).toEqual(["charge2", "ship2"]);
    expect(copied?.said).toEqual([]);
    const text = applyEdit(SHOP, copied?.edit ?? []);
    expect(text).toContain("- charge2: # by card\n    call: charge\n    then: ship2\n");
    expect(text.startsWith(SHOP.slice(0, SHOP.indexOf("- pack")))).toBe(true);
  });

  it("a list that becomes empty stays one, and takes steps in again", () => {
    const one = parse("do:\n- only:\n    do:\n    - inner: { set: { a: 1 } }\n- last: { set: { b: 1 } }\n");
    const out = moveTasks(one, named(one, "inner"), ["do"], 2);
    const text = applyEdit(one.text, out.edit);
    expect(load(text)).toEqual({
      do: [{ only: { do: [] } }, { last: { set: { b: 1 } } }, { inner: { set: { a: 1 } } }],
    });
    const model = parse(text);
    const back = moveTasks(model, named(model, "inner"), ["do", 0, "only", "do"], 0);
    expect(load(applyEdit(text, back.edit))).toEqual(load(one.text));
  });

  it("no step is moved into itself", () => {
    const model = parse(SHOP);
    expect(moveTasks(model, named(model, "pack"), ["do", 2, "pack", "do"], 0).edit).toEqual([]);
  });

  it("a name that is taken where a step comes to is not given twice", () => {
    const model = parse(
      "do:\n- a: { set: { x: 1 } }\n- b:\n    do:\n    - a: { set: { y: 1 } }\n    - c: { wait: PT1S }\n",
    );
    const inner = [...everyTask(model.tasks)].filter((task) => task.id === "/do/1/b/do/0/a");
    const { edit, names } = moveTasks(model, inner, ["do"], 0);
    expect(names).toEqual(["a2"]);
    expect((load(applyEdit(model.text, edit)) as { do: Plain[] }).do.map((each) => Object.keys(each)[0])).toEqual([
      "a2",
      "a",
      "b",
    ]);
  });

  it.each([
    ["a list", "  - a: { set: { x: 1 } }\n  - b: { wait: PT1S }\n", ["a", "b"]],
    ["one step alone", "a:\n  set: { x: 1 }\n", ["a"]],
    ["a whole workflow", "document: { dsl: 1.0.3 }\ndo:\n- a: { set: { x: 1 } }\n", ["a"]],
  ])("%s can be pasted", (_, text, names) => {
    expect(piecesFrom(text)?.map((each) => each.name)).toEqual(names);
  });

  it.each(["", "just words", "- words", "a: 1", "- { a: ", "[1, 2]"])("%j holds no step", (text) => {
    expect(piecesFrom(text)).toBeUndefined();
  });
});

describe("in a document that is JSON", () => {
  const step = (name: string, then?: string) => ({ [name]: { set: { [name]: true }, ...(then ? { then } : {}) } });
  const told = (steps: unknown[], indentation?: number | string): string =>
    JSON.stringify(
      { document: { dsl: "1.0.3", namespace: "shop", name: "j", version: "1.0.0" }, do: steps },
      null,
      indentation,
    );
  const steps = ["a", "b", "c", "d", "e"].map((name) => step(name));

  it.each([2, 4, "\t"])(
    "any steps that are moved to any place keep it in its lines (indentation: %j)",
    (indentation) => {
      const model = parse(told(steps, indentation));
      for (let chosen = 1; chosen < 31; chosen += 1) {
        for (let to = 0; to <= 5; to += 1) {
          const isChosen = (at: number): boolean => ((chosen >> at) & 1) === 1;
          const { edit } = moveTasks(
            model,
            model.tasks.filter((_, at) => isChosen(at)),
            ["do"],
            to,
          );
          const staying = (from: number, end: number) => steps.slice(from, end).filter((_, at) => !isChosen(at + from));
          const meant = [...staying(0, to), ...steps.filter((_, at) => isChosen(at)), ...staying(to, 5)];
          expect(applyEdit(model.text, edit), `${chosen} to ${to}`).toBe(told(meant, indentation));
        }
      }
    },
  );

  it("a copy, a new name, a step that is tried again and one that is removed are written as the rest is", () => {
    for (const indentation of [2, 4, "\t"]) {
      const model = parse(told([step("a", "c"), step("b"), step("c")], indentation));
      const [a, b, c] = model.tasks as [Task, Task, Task];
      const edited = (edit: Edit | undefined): string => applyEdit(model.text, edit ?? []);
      const copied = { b2: { set: { b: true } } };
      expect(edited(duplicateTasks(model, [b])?.edit)).toBe(
        told([step("a", "c"), step("b"), copied, step("c")], indentation),
      );
      expect(edited(renameTask(model, c, "no: name"))).toBe(
        told([step("a", "no: name"), step("b"), { "no: name": { set: { c: true } } }], indentation),
      );
      expect(edited(removeTasks(model, [a]).edit)).toBe(told([step("b"), step("c")], indentation));
      const again = JSON.parse(edited(retried(model, c, "tryC")));
      expect(again.do[0]).toEqual(step("a", "tryC"));
      expect(edited(retried(model, c, "tryC"))).toBe(JSON.stringify(again, null, indentation));
    }
  });
});

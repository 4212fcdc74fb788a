/** The tasks of a document as a tree. An alias is shown as what it means, and stands where it is written itself. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { meant, plainOf, rangeOf } from "./aliases";
import { summarise, timeoutOf } from "./summary";
import {
  type Case,
  type Group,
  KINDS,
  type Kind,
  type Path,
  pointerOf,
  type Range,
  type Task,
  type Undo,
} from "./task";

/** Where tasks are: in which document, at which path, and behind which alias, if any. */
interface Place {
  readonly document: Document;
  readonly path: Path;
  readonly behind: Range | undefined;
}

export const tasksIn = (document: Document, root: YAMLMap): Task[] =>
  tasksOf(root.get("do", true), { document, path: ["do"], behind: undefined });

/** The same place, further in; what is written by an alias stands where that does. */
const inner = (place: Place, node: unknown, ...keys: Path): Place => ({
  ...place,
  path: [...place.path, ...keys],
  behind: place.behind ?? (isAlias(node) ? rangeOf(node) : undefined),
});

function tasksOf(node: unknown, around: Place): Task[] {
  const { document } = around;
  const list = meant(document, node);
  if (!isSeq(list)) return [];
  const place = inner(around, node);
  return list.items.flatMap((item, index) => {
    const own = meant(document, item);
    const pair = isMap(own) ? own.items[0] : undefined;
    if (!pair || !isScalar(pair.key)) return [];
    const name = String(pair.key.value);
    const at = inner(place, item, index, name);
    const body = meant(document, pair.value);
    const from = pair.key.range?.[0] ?? 0;
    const written = isMap(body) ? (pair.value as Node).range?.[1] : undefined;
    const range: Range = at.behind ?? [from, written ?? pair.key.range?.[1] ?? from];
    const behind = isAlias(pair.value) ? range : at.behind;
    return [taskOf(name, isMap(body) ? (body as YAMLMap) : undefined, { ...at, behind }, range)];
  });
}

function taskOf(name: string, map: YAMLMap | undefined, place: Place, range: Range): Task {
  const { document, path } = place;
  const kind = kindOf(map);
  const plain: unknown = plainOf(document, map) ?? {};
  const text = (...keys: string[]): string | undefined => textAt(document, map, ...keys);
  const [timeout, then, condition] = [timeoutOf(plain), text("then"), text("if")];
  const caughtThen = kind === "try" ? text("catch", "then") : undefined;
  const undo = undoOf(map, place);
  return {
    id: pointerOf(path),
    name,
    kind,
    path,
    range,
    summary: summarise(kind, plain),
    groups: groupsOf(kind, map, place),
    cases: kind === "switch" ? casesOf(document, nodeIn(document, map, "switch")) : [],
    pivot: text("saga") === "pivot" || text("metadata", "saga") === "pivot",
    ...(then === undefined ? {} : { then }),
    ...(caughtThen === undefined ? {} : { caughtThen }),
    ...(condition === undefined ? {} : { condition }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(undo === undefined ? {} : { undo }),
  };
}

/** The member that gives a task its kind. `for` and `while` stand beside `do`, so that `do` comes last. */
function kindOf(map: YAMLMap | undefined): Kind {
  if (!map) return "unknown";
  const keys = new Set(map.items.map(({ key }) => (isScalar(key) ? key.value : key)));
  const found = KINDS.filter((kind) => keys.has(kind));
  return found.find((kind) => kind !== "do") ?? found[0] ?? "unknown";
}

function groupsOf(kind: Kind, map: YAMLMap | undefined, place: Place): Group[] {
  if (!map) return [];
  const { document } = place;
  const has = (...keys: string[]): boolean => nodeIn(document, map, ...keys) !== undefined;
  const group = (role: Group["role"], at: readonly string[], label?: string): Group => {
    const [node, own] = reach(map, place, at);
    return { role, path: own.path, tasks: tasksOf(node, own), ...(label === undefined ? {} : { label }) };
  };
  switch (kind) {
    case "do":
    case "for":
      return [group("body", ["do"])];
    case "try": {
      const label = caught(textAt(document, map, "catch", "errors", "with", "type"));
      return [group("body", ["try"]), ...(has("catch", "do") ? [group("catch", ["catch", "do"], label)] : [])];
    }
    case "fork": {
      // Branches run side by side, so that each is a group of its own that holds one task.
      const [node, own] = reach(map, place, ["fork", "branches"]);
      return tasksOf(node, own).map((task) => ({ role: "branch", path: own.path, tasks: [task] }));
    }
    case "listen":
      return has("foreach", "do") ? [group("body", ["foreach", "do"])] : [];
    default:
      return [];
  }
}

function casesOf(document: Document, node: unknown): Case[] {
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => {
    const own = meant(document, item);
    const pair = isMap(own) ? own.items[0] : undefined;
    if (!pair || !isScalar(pair.key)) return [];
    const body = meant(document, pair.value);
    const [when, then] = ["when", "then"].map((key) => textAt(document, body, key));
    return [
      {
        name: String(pair.key.value),
        ...(when === undefined ? {} : { when }),
        ...(then === undefined ? {} : { then }),
      },
    ];
  });
}

/** `compensate` of a task, in the author form or the portable form (under `metadata`). */
function undoOf(map: YAMLMap | undefined, place: Place): Undo | undefined {
  const { document } = place;
  for (const at of [["compensate"], ["metadata", "compensate"]]) {
    const [written, own] = reach(map, place, at);
    const node = meant(document, written);
    if (node === undefined || node === null) continue;
    const { path } = own;
    if (isScalar(node)) return { form: "function", label: String(node.value), path, tasks: [] };
    if (!isMap(node)) return { form: "unknown", label: "undo", path, tasks: [] };
    const reason = textAt(document, node, "none");
    if (reason !== undefined) return { form: "none", label: reason, path, tasks: [] };
    const [list, inside] = reach(node as YAMLMap, inner(own, written), ["do"]);
    const tasks = tasksOf(list, inside);
    return { form: tasks.length ? "tasks" : "unknown", label: tasks[0]?.name ?? "undo", path, tasks };
  }
  return undefined;
}

/** What is written below some keys of a map, and its place. */
function reach(map: YAMLMap | undefined, place: Place, keys: readonly string[]): [node: unknown, place: Place] {
  let [node, own]: [unknown, Place] = [map, place];
  for (const key of keys) {
    const around = meant(place.document, node);
    own = inner(own, node, key);
    node = isMap(around) ? around.get(key, true) : undefined;
  }
  return [node, own];
}

/** What a map says below some keys. */
function nodeIn(document: Document, map: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (around, key) => (isMap(around) ? meant(document, around.get(key, true)) : undefined),
    map,
  );
}

function textAt(document: Document, map: unknown, ...keys: readonly string[]): string | undefined {
  const node = nodeIn(document, map, ...keys);
  return isScalar(node) && node.value !== null ? String(node.value) : undefined;
}

const caught = (type: string | undefined): string => `catch ${type?.split("/").at(-1) ?? "any error"}`;

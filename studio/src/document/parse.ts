/** From text to model. Works on what is there: a document that is broken further down still shows its upper part. */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { summarise, timeoutOf } from "./summary";
import {
  type Case,
  type Group,
  KINDS,
  type Kind,
  type Model,
  type Path,
  type Range,
  type Task,
  type Undo,
} from "./task";

export function parse(text: string): Model {
  const document = parseDocument(text, { keepSourceTokens: true, prettyErrors: true, version: "1.2" });
  const faults = document.errors.map((each) => ({ message: firstLine(each.message), range: each.pos as Range }));
  if (faults.length === 0 && text.includes("*")) faults.push(...astray(document));
  const root = isMap(document.contents) ? document.contents : undefined;
  const about = mapAt(root, "document");
  return {
    text,
    json: isJson(text),
    document,
    heading: {
      namespace: textAt(about, "namespace") ?? "",
      name: textAt(about, "name") ?? "",
      version: textAt(about, "version") ?? "",
    },
    tasks: root ? tasksOf(root.get("do", true), ["do"], "/do") : [],
    faults,
  };
}

function isJson(text: string): boolean {
  if (!text.trimStart().startsWith("{")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // YAML in flow style begins so too
  }
}

/** Aliases of nothing, which the parser lets pass. */
function astray(document: Document): { message: string; range: Range }[] {
  const found: { message: string; range: Range }[] = [];
  visit(document, {
    Alias(_, alias) {
      const [from, to] = alias.range ?? [0, 0];
      if (!alias.resolve(document))
        found.push({ message: `Nothing before it has the anchor &${alias.source}`, range: [from, to] });
    },
  });
  return found;
}

/** Whether the text could be read as YAML that has tasks: what is drawn is then as fresh as the text. */
export const isSound = (model: Model): boolean => model.faults.length === 0 && isMap(model.document.contents);

function tasksOf(node: unknown, path: Path, pointer: string): Task[] {
  if (!isSeq(node)) return [];
  const found: Task[] = [];
  (node as YAMLSeq).items.forEach((item, index) => {
    const pair = isMap(item) ? item.items[0] : undefined;
    if (!pair || !isScalar(pair.key)) return;
    const name = String(pair.key.value);
    const own = isMap(pair.value) ? (pair.value as YAMLMap) : undefined;
    const from = pair.key.range?.[0] ?? 0;
    const to = own?.range?.[1] ?? pair.key.range?.[1] ?? from;
    found.push(taskOf(name, own, [...path, index, name], `${pointer}/${index}/${escaped(name)}`, [from, to]));
  });
  return found;
}

function taskOf(name: string, map: YAMLMap | undefined, path: Path, pointer: string, range: Range): Task {
  const kind = kindOf(map);
  const plain: unknown = map?.toJSON() ?? {};
  const timeout = timeoutOf(plain);
  const then = textAt(map, "then");
  const condition = textAt(map, "if");
  const undo = undoOf(map, path, pointer);
  return {
    id: pointer,
    name,
    kind,
    path,
    range,
    summary: summarise(kind, plain),
    groups: groupsOf(kind, map, path, pointer),
    cases: kind === "switch" ? casesOf(map?.get("switch", true)) : [],
    pivot: textAt(map, "saga") === "pivot" || textAt(mapAt(map, "metadata"), "saga") === "pivot",
    ...(then === undefined ? {} : { then }),
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

function groupsOf(kind: Kind, map: YAMLMap | undefined, path: Path, pointer: string): Group[] {
  if (!map) return [];
  const group = (role: Group["role"], at: Path, label?: string): Group => ({
    role,
    path: [...path, ...at],
    tasks: tasksOf(map.getIn(at, true), [...path, ...at], `${pointer}/${at.join("/")}`),
    ...(label === undefined ? {} : { label }),
  });
  switch (kind) {
    case "do":
    case "for":
      return [group("body", ["do"])];
    case "try": {
      const label = textAt(mapAt(mapAt(mapAt(map, "catch"), "errors"), "with"), "type");
      const handlers = map.hasIn(["catch", "do"]) ? [group("catch", ["catch", "do"], caught(label))] : [];
      return [group("body", ["try"]), ...handlers];
    }
    case "fork":
      return branchesOf(map.getIn(["fork", "branches"], true), path, pointer);
    case "listen":
      return map.hasIn(["foreach", "do"]) ? [group("body", ["foreach", "do"])] : [];
    default:
      return [];
  }
}

/** Branches run side by side, so that each is a group of its own that holds one task. */
function branchesOf(node: unknown, path: Path, pointer: string): Group[] {
  const at = ["fork", "branches"];
  const tasks = tasksOf(node, [...path, ...at], `${pointer}/${at.join("/")}`);
  return tasks.map((task) => ({ role: "branch", path: [...path, ...at], tasks: [task] }));
}

function casesOf(node: unknown): Case[] {
  if (!isSeq(node)) return [];
  return (node as YAMLSeq).items.flatMap((item) => {
    const pair = isMap(item) ? item.items[0] : undefined;
    if (!pair || !isScalar(pair.key)) return [];
    const own = isMap(pair.value) ? (pair.value as YAMLMap) : undefined;
    const when = textAt(own, "when");
    const then = textAt(own, "then");
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
function undoOf(map: YAMLMap | undefined, path: Path, pointer: string): Undo | undefined {
  for (const at of [["compensate"], ["metadata", "compensate"]] as const) {
    const node = map?.getIn(at, true);
    if (node === undefined || node === null) continue;
    const own = [...path, ...at];
    if (isScalar(node)) return { form: "function", label: String(node.value), path: own, tasks: [] };
    if (!isMap(node)) return { form: "unknown", label: "undo", path: own, tasks: [] };
    const reason = textAt(node, "none");
    if (reason !== undefined) return { form: "none", label: reason, path: own, tasks: [] };
    const tasks = tasksOf(node.get("do", true), [...own, "do"], `${pointer}/${at.join("/")}/do`);
    return { form: tasks.length ? "tasks" : "unknown", label: tasks[0]?.name ?? "undo", path: own, tasks };
  }
  return undefined;
}

function mapAt(map: YAMLMap | undefined, key: string): YAMLMap | undefined {
  const node: unknown = map?.get(key, true);
  return isMap(node) ? (node as YAMLMap) : undefined;
}

function textAt(map: YAMLMap | undefined, key: string): string | undefined {
  const node: unknown = map?.get(key, true);
  return isScalar(node) && node.value !== null ? String((node as Node & { value: unknown }).value) : undefined;
}

const caught = (type: string | undefined): string => `catch ${type?.split("/").at(-1) ?? "any error"}`;

const firstLine = (message: string): string => message.split("\n", 1)[0]?.replace(/ at line.*$/, "") ?? message;

/** RFC 6901. */
const escaped = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** What would mend a problem, where that is certain enough to be offered: one edit each, taken back as one step. */
import { isMap, isPair, type Node, type YAMLMap } from "yaml";
import type { Diagnostic } from "../api/http";
import { plainAt } from "../document/aliases";
import { setMember } from "../document/edits/members";
import { setUndo, undoName } from "../document/edits/undo";
import { contentEnd, isFlow, memberColumn, nodeAt, pairAt, start } from "../document/nodes";
import { shift } from "../document/render";
import { column, type Edit, lineStart, nextLine, startsLine, withLeadingComments } from "../document/splice";
import { everyTask, type Model, type Path, type Task } from "../document/task";

export interface Fix {
  readonly title: string;
  readonly edit: Edit;
}

export function fixesOf(diagnostic: Diagnostic, model: Model): readonly Fix[] {
  const at = offsetOf(diagnostic, model.text);
  if (at === undefined || model.faults.length > 0) return [];
  const path = pathOf(model, diagnostic.pointer);
  const found: (Fix | undefined)[] = [
    respelt(diagnostic, model, at),
    ...undos(diagnostic, model, path),
    missing(diagnostic, model, path),
    dashed(diagnostic, model, at),
    movedOut(diagnostic, model, path),
  ];
  return found.filter((each) => each !== undefined && each.edit.length > 0) as Fix[];
}

/** Where in the text a problem is; `undefined` where it is nowhere. */
export function offsetOf({ line, column: at }: Diagnostic, text: string): number | undefined {
  if (line === null || line === undefined) return undefined;
  let from = 0;
  for (let number = 1; number < line; number += 1) {
    from = text.indexOf("\n", from) + 1;
    if (from === 0) return undefined;
  }
  return Math.min(from + (at ?? 1) - 1, text.length);
}

/** From the server's pointer, which is one into the author form, to the keys in the text. */
function pathOf(model: Model, pointer: string | null | undefined): Path {
  const path: (string | number)[] = [];
  for (const token of (pointer ?? "").split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const node = nodeAt(model, path);
    if (node && isMap(node) && !node.has(key) && isMap(node.get("metadata", true))) path.push("metadata");
    path.push(/^\d+$/.test(key) && !isMap(node) ? Number(key) : key);
  }
  return path;
}

/** A name that is close to a known one. */
function respelt({ message, hint }: Diagnostic, { text }: Model, at: number): Fix | undefined {
  const meant = /did you mean [`]?([^`?]+)[`]?\?/.exec(`${hint ?? ""} ${message}`)?.[1];
  const written = /`([^`]+)`/.exec(message)?.[1] ?? /unknown (?:function|variable) (\$?[\w:]+)/.exec(message)?.[1];
  if (!meant || !written) return undefined;
  const line = text.slice(at, nextLine(text, at));
  const found = new RegExp(`(?<![\\w$])${written.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w])`).exec(line);
  if (!found) return undefined;
  const insert = written.startsWith(".") && !meant.startsWith(".") ? `.${meant}` : meant;
  const from = at + found.index;
  return { title: `Change to ${insert}`, edit: [{ from, to: from + written.length, insert }] };
}

function undos({ code }: Diagnostic, model: Model, path: Path): Fix[] {
  const task = code === "CP210" ? taskAt(model, path) : undefined;
  if (!task) return [];
  const endpoint = plainAt(model, [...task.path, "with", "endpoint"]);
  const body = {
    call: "http",
    with: {
      method: "delete",
      endpoint: typeof endpoint === "string" ? endpoint : "https://service.example.com/things",
      body: "${ . }",
    },
  };
  return [
    { title: "Add an undo", edit: setUndo(model, task, { form: "tasks", name: undoName(task), body }) },
    {
      title: "It changes nothing: no undo needed",
      edit: setUndo(model, task, { form: "none", reason: "it changes nothing" }),
    },
  ];
}

const taskAt = (model: Model, path: Path): Task | undefined =>
  [...everyTask(model.tasks)].find((each) => each.path.join("\n") === path.join("\n"));

/** What a member begins with, where it is missing. */
const BEGINNINGS: Readonly<Record<string, unknown>> = {
  dsl: "1.0.3",
  namespace: "default",
  name: "unnamed",
  version: "0.1.0",
  do: [{ first: { set: { done: true } } }],
  method: "get",
  endpoint: "https://service.example.com/things",
  then: "continue",
  uri: "https://service.example.com/things",
  status: 500,
  type: "https://example.com/errors/failed",
  in: "${ .items }",
  after: "PT30S",
  operationId: "operation",
  each: "item",
  with: {},
};

function missing({ code, message }: Diagnostic, model: Model, path: Path): Fix | undefined {
  const name = code === "CP102" ? /^the member `(\w+)` is missing$/.exec(message)?.[1] : undefined;
  if (!name || !(name in BEGINNINGS)) return undefined;
  return { title: `Add ${name}`, edit: setMember(model, [...path, name], BEGINNINGS[name]) };
}

/** Two steps in one item of a list. */
function dashed({ code, message }: Diagnostic, { text }: Model, at: number): Fix | undefined {
  if (code !== "CP106" || !message.startsWith("holds ") || !startsLine(text, at) || column(text, at) < 2)
    return undefined;
  return { title: "Make it a step of its own", edit: [{ from: at - 2, to: at, insert: "- " }] };
}

/** What every task may have: inside another member it has slipped in too far. */
const OF_TASKS = new Set("if input output export timeout then metadata saga compensate catch foreach with".split(" "));

function movedOut({ code }: Diagnostic, model: Model, path: Path): Fix | undefined {
  const name = path.at(-1);
  if (code !== "CP103" || typeof name !== "string" || !OF_TASKS.has(name)) return undefined;
  const inner = nodeAt(model, path.slice(0, -1));
  const outer = nodeAt(model, path.slice(0, -2));
  if (!isMap(inner) || !isMap(outer) || isFlow(inner as YAMLMap) || outer.has(name)) return undefined;
  const { text } = model;
  const pair = pairAt(inner as YAMLMap, name);
  const last = inner.items.at(-1);
  if (!pair || !isPair(last) || last.key !== pair.key || inner.items.length < 2) return undefined;
  const from = lineStart(text, withLeadingComments(text, start(pair.key)));
  const to = nextLine(text, pair.value ? contentEnd(text, pair.value as Node) : start(pair.key));
  const by = memberColumn(text, outer as YAMLMap) - memberColumn(text, inner as YAMLMap);
  return { title: `Move ${name} out to the step`, edit: [{ from, to, insert: shift(text.slice(from, to), by) }] };
}

/** Completion of expressions inside the text: the same data that the fields of a step know. */
import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { type Visible, visible } from "../api/expressions";
import { everyTask, type Model, type Task } from "../document/task";
import { complete, seenAt } from "../expressions/completion";
import type { Place } from "../expressions/place";
import { placeAt } from "./place";

/** Characters between the sign that opens an expression and the cursor. */
const WRITTEN_MAX = 2_000;

export interface Opened {
  /** Where `${` begins. */
  readonly from: number;
  /** Where its `}` stands, or the end of its quotes or of the line where it is not closed yet. */
  readonly to: number;
}

/** The expression that the cursor stands in. */
export function openedAt(text: string, pos: number): Opened | undefined {
  const from = text.lastIndexOf("${", pos - 2);
  if (from < 0 || from + 2 > pos || pos - from > WRITTEN_MAX) return undefined;
  const closed = closingOf(text, from + 2, text[from - 1] ?? "");
  if (closed !== undefined && closed < pos) return undefined;
  const line = text.indexOf("\n", pos);
  const end = endOf(text.slice(pos, line < 0 ? text.length : line), text[from - 1] ?? "") + pos;
  // Where it is not closed, the next brace may be that of something further down.
  const broken = closed === undefined || text.slice(from + 2, closed).includes("${");
  if (broken && text.slice(from, pos).includes("\n")) return undefined;
  return { from, to: broken ? end : closed };
}

/** How far an expression may reach in what follows on its line: to the quote that it stands in. */
function endOf(rest: string, before: string): number {
  const quote = before === "'" || before === '"' ? rest.indexOf(before) : -1;
  return quote < 0 ? rest.length : quote;
}

/** The brace that closes an expression; braces in it, and in its strings, are its own. The quotes around it end it too. */
function closingOf(text: string, from: number, before: string): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < Math.min(text.length, from + WRITTEN_MAX); at += 1) {
    const sign = text[at];
    if (sign === "\\" || (sign === "'" && text[at + 1] === "'")) at += 1;
    else if (sign === before && (sign === "'" || sign === '"')) return undefined;
    else if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === "{") depth += 1;
    else if (!quoted && sign === "}") {
      if (depth === 0) return at;
      depth -= 1;
    }
  }
  return undefined;
}

/** The step that an expression is of, and where in it. */
export function stepAt(model: Model, text: string, pos: number): { task: Task; place: Place } | undefined {
  const found = placeAt(text, pos);
  const keys = found ? [...found.steps.map(({ key }) => key), ...(found.key === undefined ? [] : [found.key])] : [];
  let task: Task | undefined;
  for (const each of everyTask(model.tasks)) {
    const inside = found
      ? each.path.every((key, index) => key === keys[index])
      : each.range[0] <= pos && pos <= each.range[1];
    if (inside && each.path.length >= (task?.path.length ?? 0)) task = each;
  }
  if (!task) return undefined;
  const line = text.slice(text.lastIndexOf("\n", pos - 1) + 1, pos);
  const own = found ? keys.slice(task.path.length) : [/^\s*(?:-\s+)?(\w+):/.exec(line)?.[1] ?? ""];
  return { task, place: placeOf(own.map(String)) };
}

function placeOf([first, ...rest]: readonly string[]): Place {
  if (first === "if") return "condition";
  if (first === "input" || first === "output" || first === "export") return first;
  return first === "catch" && rest.some((each) => each === "when" || each === "exceptWhen") ? "error" : "argument";
}

/** The text with the expression that is being written left open, so that it can be tried. */
export const leftOpen = (text: string, { from, to }: Opened, place: Place): string =>
  `${text.slice(0, from + 2)} ${place === "condition" ? "true" : "."} ${text[to] === "}" ? "" : "}"}${text.slice(to)}`;

/** What is known is asked for once, while one expression is written. */
export function completingExpressions(now: () => { readonly model: Model }) {
  let last: { readonly key: string; readonly known: Promise<Visible | undefined> } | undefined;
  const knownOf = (document: string, id: string): Promise<Visible | undefined> => {
    const task = id.replaceAll("/metadata/compensate", "/compensate");
    const key = `${task}\n${document}`;
    if (last?.key !== key) {
      // Where the text cannot be tried, variables and functions are offered all the same.
      last = { key, known: visible({ document, task }).catch(() => undefined) };
    }
    return last.known;
  };
  // Elsewhere there is nothing to wait for: other options are shown at once.
  return ({ state, pos, explicit }: CompletionContext): Promise<CompletionResult | null> | null => {
    const text = state.doc.toString();
    const opened = openedAt(text, pos);
    const before = text.slice(Math.max(0, pos - 1), pos);
    if (!opened || !(explicit || /[.$\w@"]/.test(before))) return null;
    const step = stepAt(now().model, text, pos);
    if (!step) return null;
    return knownOf(leftOpen(text, opened, step.place), step.task.id).then((known) => {
      const seen = seenAt(known, known?.stages[step.place]);
      const found = complete(text.slice(opened.from, opened.to), pos - opened.from, seen, step.place);
      if (!found || found.options.length === 0) return null;
      return {
        from: opened.from + found.from,
        options: found.options.map(({ kind, ...each }) => ({ ...each, type: kind })),
        validFor: /^[$@]?[\w"]*$/,
      };
    });
  };
}

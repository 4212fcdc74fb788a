/** Completion and explanation of the document, from the schema that the server checks it with. */
import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
  insertCompletionText,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { type EditorView, hoverTooltip } from "@codemirror/view";
import type { ServerFunction } from "../api/functions";
import type { Model } from "../document/task";
import { options, told } from "./completion";
import { namesOf } from "./names";
import { placeAt } from "./place";
import type { Schema } from "./schema";

/** How many options are shown at a time. */
export const OPTIONS_MAX = 12;

export interface Assisting {
  readonly schema: Schema | undefined;
  /** The last one that could be read: names that it declares are offered while the text is broken. */
  readonly model: Model;
  /** The functions of the server. */
  readonly registered: readonly ServerFunction[];
  /** Ends when what was asked for is there, or cannot be had; none where nothing is under way. */
  readonly awaited: Promise<unknown> | undefined;
}

export const completing =
  (now: () => Assisting): CompletionSource =>
  (context) => {
    const { awaited } = now();
    // Only who asks is kept waiting. What the editor asks of itself, at each letter, would stand in the way of that.
    return awaited && context.explicit ? awaited.then(() => completed(now(), context)) : completed(now(), context);
  };

function completed(
  { schema, model, registered }: Assisting,
  { state, pos, explicit }: CompletionContext,
): CompletionResult | null {
  const place = schema && placeAt(state.doc.toString(), pos);
  if (!schema || !place || (place.typed === "" && !explicit && place.kind === "key")) return null;
  const found = options(schema, place, namesOf(model, registered));
  const labels = new Set(found.map((each) => each.label));
  // A value that is there already needs no list: Enter is to break the line.
  const isWhole = (text: string): boolean => place.kind === "value" && labels.has(text);
  if (found.length === 0 || (isWhole(place.typed) && !explicit)) return null;
  return {
    from: place.from,
    options: found.map(({ label, apply, ...each }) => ({
      label,
      ...each,
      type: place.kind === "key" ? "property" : "enum",
      apply: (view: EditorView, completion: Completion, from: number, to: number) => {
        const next = view.state.sliceDoc(to, to + 1);
        const text = next === ":" ? apply.replace(/:[\s\S]*$/, "") : apply;
        view.dispatch({
          ...insertCompletionText(view.state, text, from, to),
          annotations: pickedCompletion.of(completion),
        });
        // A value is looked for at once.
        if (/:\s+$/.test(text)) setTimeout(() => startCompletion(view));
      },
    })),
    validFor: (text) => /^[\w/-]*$/.test(text) && !isWhole(text),
  };
}

/** Two sources as one. While one of several is asked again, at each letter, the editor takes nothing from its list. */
export const either =
  (first: CompletionSource, second: CompletionSource): CompletionSource =>
  (context) => {
    const found = first(context);
    return found instanceof Promise ? found.then((late) => late ?? second(context)) : (found ?? second(context));
  };

export const explaining = (now: () => Assisting): Extension =>
  hoverTooltip((view, pos) => {
    const { schema } = now();
    const line = view.state.doc.lineAt(pos);
    const words = [...line.text.matchAll(/[A-Za-z][\w-]*(?=\s*:(?:\s|$))/g)];
    const word = words.find(({ index, 0: text }) => line.from + index <= pos && pos <= line.from + index + text.length);
    if (!schema || !word) return null;
    const from = line.from + word.index;
    const to = from + word[0].length;
    const place = placeAt(view.state.doc.toString(), to);
    const found = place?.kind === "key" ? told(schema, place, word[0]) : undefined;
    if (!found) return null;
    return { pos: from, end: to, above: true, create: () => ({ dom: shown(word[0], found.title, found.lines) }) };
  });

function shown(name: string, title: string, lines: readonly string[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "explained";
  const head = document.createElement("p");
  const code = document.createElement("code");
  code.textContent = name;
  head.append(code, ` ${title}`);
  box.append(head);
  for (const line of lines) {
    const more = document.createElement("p");
    more.className = "muted";
    more.textContent = line;
    box.append(more);
  }
  return box;
}

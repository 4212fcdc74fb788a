/** The text of a draft. What is typed here and what is done on the canvas share one undo. */
import { autocompletion, closeBrackets, startCompletion } from "@codemirror/autocomplete";
import { defaultKeymap, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { foldGutter, forceParsing, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, type Diagnostic as Shown, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { type RefObject, useEffect, useRef } from "react";
import type { Diagnostic } from "../api/http";
import type { Draft } from "../designer/draft";
import type { Range } from "../document/task";
import { nonce } from "../ui/nonce";
import { completing, either, explaining, OPTIONS_MAX } from "./assistance";
import { completingExpressions } from "./expressions";
import { fixesOf } from "./fixes";
import { HIGHLIGHTING, LOOK, TOOLTIPS } from "./look";
import { typedOver } from "./typing";
import { useAssisting } from "./useAssisting";
import "./editor.css";

/** Line and column, from 1. */
export interface Reveal {
  readonly line: number;
  readonly column: number;
}

interface Props {
  readonly draft: Draft;
  readonly diagnostics: readonly Diagnostic[];
  /** The part of the text that is selected on the canvas. */
  readonly range: Range | undefined;
  /** A place that somebody wants to be shown; another object each time. */
  readonly reveal: Reveal | undefined;
  /** Where the cursor was put by the person. */
  readonly onCursor: (at: number) => void;
}

const COLOURING_MS = 100;

const mark = StateEffect.define<Range | undefined>();

/** The lines of what is selected on the canvas. */
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(found, transaction) {
    let lines = found.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(mark)) continue;
      const { doc } = transaction.state;
      const range = effect.value;
      if (!range || range[0] > doc.length) return Decoration.none;
      const first = doc.lineAt(range[0]).number;
      const last = doc.lineAt(Math.min(Math.max(range[0], range[1] - 1), doc.length)).number;
      const each = Array.from({ length: last - first + 1 }, (_, index) => doc.line(first + index).from);
      lines = Decoration.set(each.map((from) => Decoration.line({ class: "cm-marked" }).range(from)));
    }
    return lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export default function YamlPane({ draft, diagnostics, range, reveal, onCursor }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const told = useRef(onCursor);
  told.current = onCursor;
  const now = useAssisting(draft);

  useEffect(() => {
    const parent = place.current;
    if (!parent) return undefined;
    const cursor = EditorView.updateListener.of((update) => {
      const byPerson = update.transactions.some((each) => each.isUserEvent("select") || each.isUserEvent("input.type"));
      if (byPerson && update.selectionSet) told.current(update.state.selection.main.head);
    });
    const assistance = [
      autocompletion({
        icons: false,
        interactionDelay: 0,
        maxRenderedOptions: OPTIONS_MAX,
        override: [either(completingExpressions(now), completing(now))],
      }),
      explaining(now),
    ];
    const leave = draft.show(
      (state, changed) => {
        const made: EditorView = new EditorView({
          state,
          parent,
          dispatchTransactions: (transactions) => {
            made.update(transactions);
            changed(made.state);
          },
        });
        view.current = made;
        return made;
      },
      [assistance, EXTENSIONS, cursor],
    );
    // Of itself the editor gives a text 20 ms at first, and colours the rest when the browser idles.
    if (view.current) forceParsing(view.current, view.current.state.doc.length, COLOURING_MS);
    return () => {
      view.current = undefined;
      leave();
    };
  }, [draft, now]);

  useMarked(view, range);
  useFindings(view, diagnostics, draft);
  useRevealed(view, reveal);

  return <div className="yaml-pane" ref={place} />;
}

type View = RefObject<EditorView | undefined>;

/** The lines of what is selected on the canvas. */
function useMarked(view: View, range: Range | undefined): void {
  const [from, to] = range ?? [undefined, undefined];
  useEffect(() => {
    const shown = view.current;
    if (!shown) return;
    const effects = [
      mark.of(from === undefined || to === undefined ? undefined : [from, to]),
    ] as StateEffect<unknown>[];
    if (from !== undefined && !shown.hasFocus) {
      effects.push(EditorView.scrollIntoView(Math.min(from, shown.state.doc.length), { y: "center" }));
    }
    shown.dispatch({ effects });
  }, [view, from, to]);
}

/** What the server finds in the text, where it finds it. */
function useFindings(view: View, diagnostics: readonly Diagnostic[], draft: Draft): void {
  useEffect(() => {
    const shown = view.current;
    if (!shown) return;
    const found = diagnostics.flatMap((each) => placed(shown.state, each, draft));
    shown.dispatch(setDiagnostics(shown.state, found));
  }, [view, diagnostics, draft]);
}

/** The cursor at a place that somebody wants to be shown. */
function useRevealed(view: View, reveal: Reveal | undefined): void {
  useEffect(() => {
    const shown = view.current;
    if (!shown || !reveal) return;
    const line = shown.state.doc.line(Math.min(reveal.line, shown.state.doc.lines));
    const at = Math.min(line.from + reveal.column - 1, line.to);
    shown.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    shown.focus();
  }, [view, reveal]);
}

/** At the word that a problem is about, with what would mend it. */
function placed(state: EditorState, diagnostic: Diagnostic, draft: Draft): Shown[] {
  const { line, column, message, hint, severity, code } = diagnostic;
  if (line === null) return [];
  const own = state.doc.line(Math.min(line, state.doc.lines));
  const from = Math.min(own.from + Math.max(0, (column ?? 1) - 1), own.to);
  const word = /^(?:"[^"]*"|'[^']*'|[^\s:,{}[\]]+)/.exec(state.sliceDoc(from, own.to))?.[0] ?? "";
  const now = () => fixesOf(diagnostic, draft.snapshot().model);
  const actions = now().map(({ title }) => ({
    name: title,
    // Anew, on the text as it is by then.
    apply: () => draft.apply(now().find((fix) => fix.title === title)?.edit ?? []),
  }));
  return [
    {
      from,
      to: Math.min(from + Math.max(word.length, 1), state.doc.length),
      severity: severity === "information" ? "info" : severity,
      message: `${message}${hint ? ` — ${hint}` : ""} (${code})`,
      actions,
    },
  ];
}

const EXTENSIONS = [
  lineNumbers(),
  foldGutter(),
  lintGutter(),
  yaml(),
  LOOK,
  TOOLTIPS,
  syntaxHighlighting(HIGHLIGHTING),
  marked,
  indentOnInput(),
  closeBrackets(),
  typedOver,
  highlightActiveLine(),
  highlightSelectionMatches(),
  EditorView.cspNonce.of(nonce()),
  EditorState.tabSize.of(2),
  keymap.of([
    { key: "Alt-ArrowDown", run: startCompletion },
    ...lintKeymap,
    ...historyKeymap,
    ...searchKeymap,
    ...defaultKeymap,
    indentWithTab,
  ]),
  EditorView.contentAttributes.of({ "aria-label": "The document as YAML", tabindex: "0" }),
];

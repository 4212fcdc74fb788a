/** The editor of one expression: Enter takes it over, Shift+Enter breaks the line, Escape gives back what was. */
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionStatus,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, insertNewline } from "@codemirror/commands";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap, placeholder as shownWhereEmpty } from "@codemirror/view";
import { useEffect, useRef } from "react";
import type { Fault } from "../api/expressions";
import { OPTIONS_MAX } from "../editor/assistance";
import { HIGHLIGHTING, TOOLTIPS } from "../editor/look";
import { typedOver } from "../editor/typing";
import { nonce } from "../ui/nonce";
import { complete } from "./completion";
import { jq } from "./jq";
import type { Place } from "./place";
import type { Seen } from "./reading";

export interface CodeFieldProps {
  readonly id: string;
  readonly labelledBy: string;
  readonly describedBy: string;
  /** What completion knows. */
  readonly seen: Seen;
  /** What is wrong with the text as it stands. */
  readonly fault: Fault | null | undefined;
  readonly value: string;
  /** What was typed before the editor was there. */
  readonly typed: string;
  /** Whether the field had the focus then. */
  readonly focused: boolean;
  readonly place: Place;
  readonly placeholder: string | undefined;
  readonly onEnter: () => void;
  readonly onType: (text: string) => void;
  readonly onCommit: (text: string) => void;
}

export default function CodeField(props: CodeFieldProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    if (!parent.current) return undefined;
    const { typed, focused } = latest.current;
    const made = new EditorView({
      parent: parent.current,
      state: EditorState.create({
        doc: typed,
        selection: { anchor: typed.length },
        extensions: [keys(latest), completing(latest), ...EXTENSIONS, attributes(latest.current), told(latest)],
      }),
    });
    view.current = made;
    if (focused) made.focus();
    return () => {
      view.current = undefined;
      made.destroy();
    };
  }, []);

  const { value } = props;
  useEffect(() => {
    if (view.current) replace(view.current, value);
  }, [value]);

  const { seen } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when what is known has come, and not at each letter
  useEffect(() => {
    if (view.current) completeLate(view.current, latest.current);
  }, [seen]);

  const { fault } = props;
  useEffect(() => {
    const shown = view.current;
    if (shown) shown.dispatch(setDiagnostics(shown.state, fault ? placed(shown.state, fault) : []));
  }, [fault]);

  return <div className="expression-code" ref={parent} />;
}

function replace(view: EditorView, value: string): void {
  if (view.state.doc.toString() === value) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
}

/** Offer what the word before the cursor may become, where it was typed before that was known. */
function completeLate(view: EditorView, { seen, place, value }: CodeFieldProps): void {
  const text = view.state.doc.toString();
  const at = view.state.selection.main.head;
  if (!view.hasFocus || text === value || completionStatus(view.state) !== null) return;
  const found = complete(text, at, seen, place);
  if (found && found.from < at && found.options.length > 0) startCompletion(view);
}

/** The word at the place of a fault; nothing where it has none. */
function placed(state: EditorState, { line, column, message }: Fault): Diagnostic[] {
  if (line === null || column === null || line > state.doc.lines) return [];
  const own = state.doc.line(line);
  const from = Math.min(own.from + column - 1, own.to);
  const word = /^\$?@?[\w.]+/.exec(state.doc.sliceString(from, own.to))?.[0] ?? "";
  return [{ from, to: Math.min(from + Math.max(word.length, 1), state.doc.length), severity: "error", message }];
}

interface Latest {
  readonly current: CodeFieldProps;
}

const keys = (latest: Latest) => [
  keymap.of([
    {
      key: "Enter",
      run: (view) => {
        latest.current.onCommit(view.state.doc.toString());
        return true;
      },
    },
    { key: "Shift-Enter", run: insertNewline },
    { key: "Alt-ArrowDown", run: startCompletion },
  ]),
  givesBack(latest),
];

/** Before completion has its turn: it would take an Escape also for a list that is only about to open. */
const givesBack = (latest: Latest) =>
  Prec.highest(
    keymap.of([
      {
        key: "Escape",
        run: (view) => {
          if (completionStatus(view.state) === "active") return closeCompletion(view);
          replace(view, latest.current.value);
          return true;
        },
      },
    ]),
  );

const completing = (latest: Latest) =>
  autocompletion({
    icons: false,
    interactionDelay: 0,
    maxRenderedOptions: OPTIONS_MAX,
    override: [
      ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
        const { seen, place } = latest.current;
        const found = complete(state.doc.toString(), pos, seen, place);
        if (!found || (found.from === pos && !explicit && !/[.$]$/.test(state.doc.sliceString(0, pos)))) return null;
        return {
          from: found.from,
          options: found.options.map(({ kind, ...each }) => ({ ...each, type: kind })),
          validFor: /^[$@]?[\w"]*$/,
        };
      },
    ],
  });

const told = (latest: Latest) => [
  EditorView.updateListener.of((update) => {
    if (update.docChanged) latest.current.onType(update.state.doc.toString());
  }),
  // At once, not with the editor's next update: whoever clicks on another step takes this field away.
  EditorView.domEventHandlers({
    focus: () => latest.current.onEnter(),
    blur: (_, view) => latest.current.onCommit(view.state.doc.toString()),
  }),
];

const attributes = ({ id, labelledBy, describedBy, placeholder }: CodeFieldProps) => [
  EditorView.contentAttributes.of({
    id,
    "aria-labelledby": labelledBy,
    "aria-describedby": describedBy,
  }),
  placeholder ? shownWhereEmpty(placeholder) : [],
];

const LOOK = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "0.78rem", lineHeight: "1.5" },
  ".cm-content": { padding: "5px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 8px" },
  ".cm-placeholder": { color: "var(--muted)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--highlight) !important" },
});

const EXTENSIONS = [
  history(),
  jq,
  syntaxHighlighting(HIGHLIGHTING),
  bracketMatching(),
  closeBrackets(),
  typedOver,
  LOOK,
  TOOLTIPS,
  EditorView.lineWrapping,
  EditorView.cspNonce.of(nonce()),
  keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
];

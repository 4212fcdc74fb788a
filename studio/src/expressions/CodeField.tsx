/** The editor of one expression: Enter takes it over, Shift+Enter breaks the line, Escape gives back what was. */
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, insertNewline } from "@codemirror/commands";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, placeholder as shownWhereEmpty } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { HIGHLIGHTING } from "../editor/look";
import { typedOver } from "../editor/typing";
import { nonce } from "../ui/nonce";
import { jq } from "./jq";
import type { Place } from "./place";

export interface CodeFieldProps {
  readonly id: string;
  readonly labelledBy: string;
  readonly describedBy: string | undefined;
  readonly value: string;
  /** What was typed before the editor was there. */
  readonly typed: string;
  /** Whether the field had the focus then. */
  readonly focused: boolean;
  readonly place: Place;
  readonly placeholder: string | undefined;
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
        extensions: [keys(latest), ...EXTENSIONS, attributes(latest.current), told(latest)],
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

  return <div className="expression-code" ref={parent} />;
}

function replace(view: EditorView, value: string): void {
  if (view.state.doc.toString() === value) return;
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
}

interface Latest {
  readonly current: CodeFieldProps;
}

const keys = (latest: Latest) =>
  keymap.of([
    {
      key: "Enter",
      run: (view) => {
        latest.current.onCommit(view.state.doc.toString());
        return true;
      },
    },
    { key: "Shift-Enter", run: insertNewline },
    {
      key: "Escape",
      run: (view) => {
        replace(view, latest.current.value);
        return true;
      },
    },
  ]);

const told = (latest: Latest) => [
  EditorView.updateListener.of((update) => {
    if (update.docChanged) latest.current.onType(update.state.doc.toString());
  }),
  // At once, not with the editor's next update: whoever clicks on another step takes this field away.
  EditorView.domEventHandlers({
    blur: (_, view) => latest.current.onCommit(view.state.doc.toString()),
  }),
];

const attributes = ({ id, labelledBy, describedBy, placeholder }: CodeFieldProps) => [
  EditorView.contentAttributes.of({
    id,
    "aria-labelledby": labelledBy,
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
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
  EditorView.lineWrapping,
  EditorView.cspNonce.of(nonce()),
  keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
];

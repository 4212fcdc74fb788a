/** The two texts, line by line. Parts that are the same are folded away. */
import { yaml } from "@codemirror/lang-yaml";
import { forceParsing, syntaxHighlighting } from "@codemirror/language";
import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { nodeAt, start } from "../document/nodes";
import { parse } from "../document/parse";
import { HIGHLIGHTING, LOOK } from "../editor/look";
import { nonce } from "../ui/nonce";

/** A text that takes longer is coloured as it is scrolled to. */
const PARSING_MS = 80;

interface Props {
  readonly before: string;
  readonly after: string;
  /** What is to be seen: `a:` (earlier) or `b:` (later) and a JSON pointer. */
  readonly chosen: string | null;
}

export default function TextSideBySide({ before, after, chosen }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<MergeView>(undefined);
  useEffect(() => {
    const parent = place.current;
    if (!parent) return undefined;
    const view = new MergeView({
      parent,
      a: { doc: before, extensions: [...LOOKS, named("The earlier text")] },
      b: { doc: after, extensions: [...LOOKS, named("The later text")] },
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
    });
    // What is folded away is not seen, but what follows it is: all of it is read, so that all of it is coloured.
    for (const each of [view.a, view.b]) forceParsing(each, each.state.doc.length, PARSING_MS);
    shown.current = view;
    return () => view.destroy();
  }, [before, after]);
  useEffect(() => {
    const later = chosen?.startsWith("b:");
    const at = chosen ? placeOf(later ? after : before, chosen.slice(2)) : undefined;
    const view = later ? shown.current?.b : shown.current?.a;
    if (at === undefined || !view) return;
    view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  }, [before, after, chosen]);
  return <div className="compare-text" ref={place} />;
}

/** Where a text says what a JSON pointer names, or what is around that. */
function placeOf(text: string, pointer: string): number | undefined {
  const model = parse(text);
  const path = pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(model, path.slice(0, length));
    if (node) return start(node);
  }
  return undefined;
}

const named = (label: string) => EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" });

const CHANGES = EditorView.theme({
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": { backgroundColor: "var(--failed-soft)" },
  "&.cm-merge-b .cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--done-soft)" },
  "&.cm-merge-a .cm-changedText, .cm-deletedText": {
    background: "none",
    textDecoration: "line-through 2px var(--failed)",
  },
  "&.cm-merge-b .cm-changedText": { background: "none", textDecoration: "underline 2px var(--done)" },
  "&.cm-merge-a .cm-changedLineGutter": { background: "var(--failed)" },
  "&.cm-merge-b .cm-changedLineGutter": { background: "var(--done)" },
  ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: "'⋯'", margin: "0 8px" },
  ".cm-collapsedLines": {
    background: "var(--background)",
    color: "var(--muted)",
    border: "1px solid var(--line)",
    padding: "4px 12px",
  },
});

const LOOKS = [
  lineNumbers(),
  EditorView.lineWrapping,
  yaml(),
  LOOK,
  CHANGES,
  syntaxHighlighting(HIGHLIGHTING),
  EditorView.cspNonce.of(nonce()),
  EditorView.editable.of(false),
  EditorState.readOnly.of(true),
  EditorState.tabSize.of(2),
  highlightActiveLine(),
];

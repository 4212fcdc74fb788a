/** The drawing of a draft, to edit, to suppose on and to debug on; what has to be said of it stands around it. */
import { type ReactNode, useCallback, useMemo } from "react";
import { useSearchState } from "../app/search";
import type { Place } from "../canvas/actions";
import { Canvas } from "../canvas/Canvas";
import { breakpointAt } from "../debug/breakpoints";
import { pressed } from "../debug/keys";
import { Scrubber } from "../instances/Scrubber";
import { Conflict } from "./Conflict";
import { onClipboard } from "./clipboard";
import type { Draft, Shown } from "./draft";
import { pressedOnDrawing, pressedToSuppose } from "./keys";
import type { Modes } from "./useModes";
import type { Structure } from "./useStructure";

interface Props {
  readonly draft: Draft;
  readonly shown: Shown;
  readonly modes: Modes;
  readonly structure: Structure;
  readonly selected: string | undefined;
  /** The ids of the steps without an undo. */
  readonly missing: ReadonlySet<string>;
  readonly insertAt: (place: Place) => void;
  readonly toggleText: () => void;
  /** Why the text is not checked. */
  readonly unchecked: Error | null;
  /** Below the drawing. */
  readonly children: ReactNode;
}

const NO_BOXES: ReadonlySet<string> = new Set();

export function Drawing({ draft, shown, modes, structure, selected, insertAt, toggleText, ...rest }: Props) {
  const [, setSearch] = useSearchState();
  const { supposed, debug, stale, editable } = modes;
  const { toggle } = debug.breakpoints;
  const breakAt = useCallback((id: string) => toggle(breakpointAt(id)), [toggle]);
  const { select, addUndo, addPart, moveTo } = structure;
  const actions = useMemo(
    () => (debug.on ? { breakAt } : editable ? { addUndo, addPart, moveTo, insertAt } : {}),
    [debug.on, editable, breakAt, addUndo, addPart, moveTo, insertAt],
  );
  const suppose = (id: string): void => setSearch({ mode: "whatif", sel: id });
  return (
    <div className="designer-canvas">
      <Conflict draft={draft} shown={shown} unchecked={rest.unchecked} />
      {stale ? <p className="stale">The text cannot be read. This is how it was before.</p> : null}
      <Canvas
        model={shown.drawn}
        selected={selected}
        onSelect={select}
        missing={rest.missing}
        marks={debug.on ? debug.marks : supposed.marks}
        breakpoints={debug.on ? debug.boxes : NO_BOXES}
        actions={actions}
        chosen={structure.chosen}
        wanted={structure.wanted}
        onKey={(event, focused) => {
          if (debug.on && focused) pressed(event, focused, breakAt, debug.debugging);
          if (!debug.on) pressedToSuppose(event, focused, suppose);
          if (editable) pressedOnDrawing(event, focused, { draft, structure, insertAt, toggleText });
        }}
        onClipboard={(event) => {
          if (!editable) return;
          const ids = structure.meant(selected);
          onClipboard(event, {
            copied: () => structure.copied(ids),
            cut: () => structure.remove(ids),
            pasted: (text) => structure.paste(text, selected),
          });
        }}
      />
      <p className="said" role="status">
        {structure.said}
      </p>
      <div className="designer-foot">
        {debug.on && debug.moment ? (
          <Scrubber at={debug.at} last={debug.last} moment={debug.moment} onMove={debug.onMove} />
        ) : null}
        {rest.children}
      </div>
    </div>
  );
}

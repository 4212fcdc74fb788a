/** Which steps of a drawing are selected, which box gets the focus next, and what there is to say. */
import { useCallback, useMemo, useRef, useState } from "react";

export interface Selection {
  /** All that are selected, where there are several. */
  readonly chosen: ReadonlySet<string>;
  readonly select: (id: string | undefined, more?: boolean) => void;
  /** The box that gets the focus next. */
  readonly wanted: { readonly id: string } | undefined;
  /** What there is to say of the last edit. */
  readonly said: string;
}

/** What an edit does to the selection. */
export interface Marking {
  readonly show: (id: string | undefined) => void;
  readonly choose: (ids: readonly string[]) => void;
  readonly focusOn: (id: string | undefined) => void;
  readonly say: (words: string) => void;
}

const NOBODY: ReadonlySet<string> = new Set();

export function useSelection(
  selected: string | undefined,
  show: (id: string | undefined) => void,
): readonly [Selection, Marking] {
  const [chosen, setChosen] = useState(NOBODY);
  const [wanted, setWanted] = useState<{ readonly id: string }>();
  const [said, say] = useState("");
  // Of this moment, also where several are selected one after the other before anything is drawn.
  const last = useRef(selected);
  last.current = selected;
  const select = useCallback(
    (id: string | undefined, more = false) => {
      const from = last.current;
      last.current = id;
      setChosen((before) => (more && id !== undefined ? toggled(before, id, from) : NOBODY));
      say("");
      show(id);
    },
    [show],
  );
  const marking = useMemo(
    () => ({
      show,
      choose: (ids: readonly string[]): void => setChosen(ids.length > 1 ? new Set(ids) : NOBODY),
      focusOn: (id: string | undefined): void => {
        if (id !== undefined) setWanted({ id });
      },
      say,
    }),
    [show],
  );
  return [{ chosen, select, wanted, said }, marking];
}

function toggled(before: ReadonlySet<string>, id: string, selected: string | undefined): ReadonlySet<string> {
  const next = new Set(before.size === 0 && selected !== undefined ? [selected] : before);
  if (before.has(id)) next.delete(id);
  else next.add(id);
  return next;
}

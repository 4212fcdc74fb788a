/** What is done to the steps of a draft on its drawing. Each is one edit of the text, and one step of its undo. */
import { useCallback, useMemo } from "react";
import { type Adding, adding } from "./adding";
import type { Draft } from "./draft";
import { type Copying, copying, type Moving, moving } from "./moving";
import { stepsOf } from "./steps";
import { type Marking, type Selection, useSelection } from "./useSelection";

export interface Structure extends Selection, Adding, Moving, Copying {
  /** Those that are selected, or the one. */
  readonly meant: (id: string | undefined) => string[];
  readonly focusOn: Marking["focusOn"];
  /** Select a step and bring it into sight. */
  readonly goTo: (id: string) => void;
}

export function useStructure(
  draft: Draft,
  selected: string | undefined,
  show: (id: string | undefined) => void,
): Structure {
  const [selection, marking] = useSelection(selected, show);
  const edits = useMemo(() => {
    const steps = stepsOf(draft, marking);
    const { focusOn } = marking;
    return { ...adding(steps), ...moving(steps), ...copying(steps), focusOn, goTo: (id: string) => goTo(marking, id) };
  }, [draft, marking]);
  const { chosen } = selection;
  const meant = useCallback(
    (id: string | undefined) => (id === undefined ? [] : chosen.has(id) ? [...chosen] : [id]),
    [chosen],
  );
  return { ...selection, meant, ...edits };
}

function goTo({ choose, show, focusOn }: Marking, id: string): void {
  choose([]);
  show(id);
  focusOn(id);
}

/** What is typed changes the document once, when the field is left or on Enter. Escape takes it back. */
import { type ChangeEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useLasting } from "../../ui/useLasting";
import { useLeaving } from "../../ui/useLeaving";

type Input = HTMLInputElement | HTMLTextAreaElement;

export interface Typed {
  readonly value: string;
  readonly onChange: (event: ChangeEvent<Input>) => void;
  readonly onBlur: () => void;
  readonly onKeyDown: (event: KeyboardEvent<Input>) => void;
}

/** `leaving`: the field is taken away, or the page with it; nothing but the document is to be changed. */
export interface Committing {
  readonly leaving: boolean;
  /** Show the text again that was there before. */
  readonly giveBack: () => void;
}

/** `commit` is asked to take the text over; what it refuses stays as it was typed. `onBack`: the field shows the old text again. */
export function useTyped(
  value: string,
  commit: (typed: string, how: Committing) => void,
  onBack: () => void = () => undefined,
): Typed {
  const [typed, setTyped] = useState(value);
  // What was asked for is not asked for again when the field goes: it is drawn a while longer than the document it is of.
  const asked = useRef(value);
  const back = useLasting(onBack);
  useEffect(() => {
    asked.current = value;
    setTyped(value);
    back();
  }, [value, back]);
  const giveBack = (): void => setTyped(value);
  const done = (leaving = false): void => {
    if (leaving && typed === asked.current) return;
    asked.current = typed;
    if (typed !== value) commit(typed, { leaving, giveBack });
    else if (!leaving) onBack();
  };
  useLeaving(() => done(true));
  return {
    value: typed,
    onChange: (event) => setTyped(event.target.value),
    onBlur: () => done(),
    onKeyDown: (event) => {
      const breaks = event.currentTarget instanceof HTMLTextAreaElement && !(event.ctrlKey || event.metaKey);
      if (event.key === "Enter" && !breaks) done();
      if (event.key === "Escape") {
        giveBack();
        onBack();
      }
    },
  };
}

export interface Checked {
  readonly typed: Typed;
  /** Why what was typed is not taken over. */
  readonly refused: string | undefined;
}

/** The same where `commit` may refuse: it gives the reason, which stands there until the old text or another is. */
export function useChecked(value: string, commit: (typed: string, how: Committing) => string | undefined): Checked {
  const [refused, setRefused] = useState<string>();
  const typed = useTyped(
    value,
    (text, how) => setRefused(commit(text, how)),
    () => setRefused(undefined),
  );
  return { typed, refused };
}

/** How many lines a field of some text needs. */
export const linesOf = (text: string, least = 1, most = 16): number =>
  Math.min(most, Math.max(least, text.split("\n").length));

/** What is typed changes the document once, when the field is left or on Enter. Escape takes it back. */
import { type ChangeEvent, type KeyboardEvent, useEffect, useState } from "react";

type Input = HTMLInputElement | HTMLTextAreaElement;

export interface Typed {
  readonly value: string;
  readonly onChange: (event: ChangeEvent<Input>) => void;
  readonly onBlur: () => void;
  readonly onKeyDown: (event: KeyboardEvent<Input>) => void;
}

/** `commit` is asked to take the text over; what it refuses stays as it was typed. */
export function useTyped(value: string, commit: (typed: string) => void): Typed {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const done = (): void => {
    if (typed !== value) commit(typed);
  };
  return {
    value: typed,
    onChange: (event) => setTyped(event.target.value),
    onBlur: done,
    onKeyDown: (event) => {
      const breaks = event.currentTarget instanceof HTMLTextAreaElement && !(event.ctrlKey || event.metaKey);
      if (event.key === "Enter" && !breaks) done();
      if (event.key === "Escape") setTyped(value);
    },
  };
}

/** How many lines a field of some text needs. */
export const linesOf = (text: string, least = 1, most = 16): number =>
  Math.min(most, Math.max(least, text.split("\n").length));

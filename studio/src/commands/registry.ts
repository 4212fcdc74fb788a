/** What can be done on the page that is shown: each part of it tells its own. */
import { useEffect, useRef } from "react";

export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** The key that does the same, as it is written. */
  readonly keys?: string;
  /** Other words by which it is looked for. */
  readonly words?: string;
  readonly run: () => void;
}

const sources = new Set<() => readonly Command[]>();

/** Tell what can be done for as long as this part of the page is shown. Asked for only when somebody looks. */
export function useCommands(make: () => readonly Command[]): void {
  const latest = useRef(make);
  latest.current = make;
  useEffect(() => {
    const source = (): readonly Command[] => latest.current();
    sources.add(source);
    return () => {
      sources.delete(source);
    };
  }, []);
}

export const everyCommand = (): Command[] => [...sources].flatMap((source) => source());

export type Sheet = "commands" | "keys";

/** Somebody asks for the list of commands, or of keys. */
export const asked = new EventTarget();
export const askFor = (sheet: Sheet): boolean => asked.dispatchEvent(new Event(sheet));

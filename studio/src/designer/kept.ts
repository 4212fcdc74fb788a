import { browser } from "../ui/storage";

/** Drafts as this browser keeps them until they are published. */
export const KEPT = "counterpoint.draft.";

export interface Kept {
  readonly key: string;
  readonly text: string;
}

export const keptDrafts = (): Kept[] =>
  browser
    .names()
    .filter((name) => name.startsWith(KEPT))
    .map((name) => ({ key: name.slice(KEPT.length), text: browser.get(name) ?? "" }));

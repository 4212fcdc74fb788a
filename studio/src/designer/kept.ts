/** Drafts as this browser keeps them until they are published. */
export const KEPT = "counterpoint.draft.";

export interface Kept {
  readonly key: string;
  readonly text: string;
}

export const keptDrafts = (): Kept[] =>
  Object.keys(localStorage)
    .filter((name) => name.startsWith(KEPT))
    .map((name) => ({ key: name.slice(KEPT.length), text: localStorage.getItem(name) ?? "" }));

/** What is compared: published versions, or a draft of this browser as the later one. */
import { keptDrafts } from "../designer/kept";
import { parse } from "../document/parse";

export type Side =
  | { readonly kind: "version"; readonly version: string }
  /** `from`: the version that the draft was opened from, or `new:` and a template. */
  | { readonly kind: "draft"; readonly from: string };

const DRAFT = "draft@";

/** As it stands in the address: a version, or `draft@` and where the draft comes from. */
export const sideOf = (text: string): Side =>
  text.startsWith(DRAFT) ? { kind: "draft", from: text.slice(DRAFT.length) } : { kind: "version", version: text };

export const textOf = (side: Side): string => (side.kind === "version" ? side.version : `${DRAFT}${side.from}`);

/** `before...after`. */
export function sidesOf(text: string): [Side, Side] {
  const [before = "", after = ""] = text.split("...").map(decodeURIComponent);
  return [sideOf(before), sideOf(after)];
}

/** How a draft is named in an address, by the key that this browser keeps it under. */
export const draftOf = (key: string): Side => ({
  kind: "draft",
  from: key.startsWith("new:") ? key : (key.split(":").at(-1) ?? key),
});

export interface KeptDraft {
  readonly side: Side;
  readonly title: string;
  readonly text: string;
}

/** The drafts of a workflow that this browser keeps. */
export function draftsOf(namespace: string, name: string): KeptDraft[] {
  return keptDrafts().flatMap(({ key, text }) => {
    const { heading } = parse(text);
    const own = key.startsWith("new:") || key.startsWith(`${namespace}/${name}:`);
    if (!own || heading.namespace !== namespace || heading.name !== name) return [];
    const title = key.startsWith("new:") ? "your new draft" : `your draft from ${key.split(":").at(-1)}`;
    return [{ side: draftOf(key), title, text }];
  });
}

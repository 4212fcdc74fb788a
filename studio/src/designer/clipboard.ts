/** Steps on the clipboard: as YAML text, so that they can be pasted into any editor, and from any. */
import type { ClipboardEvent } from "react";

/** What a key of the clipboard does to steps. A field or an editor inside keeps its own. */
export interface Clipboard {
  readonly copied: () => string | undefined;
  readonly cut: () => void;
  readonly pasted: (text: string) => void;
}

export function onClipboard(event: ClipboardEvent, { copied, cut, pasted }: Clipboard): void {
  const { target, type, clipboardData } = event;
  if (target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]")) return;
  if (type === "paste") {
    event.preventDefault();
    pasted(clipboardData.getData("text/plain"));
    return;
  }
  // Text that is marked is what the person means.
  const text = getSelection()?.isCollapsed === false ? undefined : copied();
  if (text === undefined) return;
  event.preventDefault();
  clipboardData.setData("text/plain", text);
  if (type === "cut") cut();
}

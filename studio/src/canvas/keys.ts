/** Going through the drawing by keyboard: down and up follow the flow, right leads to the undo, left back. */
import type { KeyboardEvent } from "react";
import type { Block } from "../layout/geometry";

interface Setting {
  readonly block: Block;
  readonly selected: string | undefined;
  /** All that are selected, where there are several. */
  readonly chosen: ReadonlySet<string>;
  /** Whether several may be. */
  readonly several: boolean;
  readonly idAt: (element: Element) => string | undefined;
  readonly focus: (id: string) => void;
  readonly onSelect: (id: string | undefined, more?: boolean) => void;
  /** Told of each key that is not for the drawing itself. */
  readonly onKey: ((event: KeyboardEvent, focused: string | undefined) => void) | undefined;
}

export function keysOf({ block, selected, chosen, several, idAt, focus, onSelect, onKey }: Setting) {
  return (event: KeyboardEvent): void => {
    const focused = idAt(event.target as HTMLElement);
    const plain = !(event.altKey || event.ctrlKey || event.metaKey);
    const next = focused && plain ? neighbour(block, focused, event.key) : undefined;
    if (next && focused) {
      event.preventDefault();
      if (event.shiftKey && several) {
        if (!chosen.has(focused) && focused !== selected) onSelect(focused);
        if (!chosen.has(next)) onSelect(next, true);
      }
      focus(next);
    } else if (event.key === "Enter" && focused && event.target === event.currentTarget.ownerDocument.activeElement) {
      onSelect(focused, event.shiftKey);
    } else onKey?.(event, focused);
  };
}

export function neighbour(block: Block, id: string, key: string): string | undefined {
  const box = block.boxes.find((each) => each.id === id);
  if (!box) return undefined;
  if (key === "ArrowRight") return block.boxes.find((each) => each.kind === "undo" && each.of === id)?.id;
  if (key === "ArrowLeft") return box.kind === "undo" ? box.of : undefined;
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const order = block.boxes.filter((each) => each.kind === "task" || each.kind === "frame");
  const index = order.findIndex((each) => each.id === (box.kind === "undo" ? box.of : id));
  return order[index + (key === "ArrowDown" ? 1 : -1)]?.id;
}

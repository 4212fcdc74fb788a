/** The focus on a drawing: it follows the keys, and whoever asks for a box. */
import { type RefObject, useEffect } from "react";
import type { Block } from "../layout/geometry";
import { useLasting } from "../ui/useLasting";
import type { BoxNode } from "./flow";
import { bringIntoPage } from "./page";

interface Setting {
  readonly frame: RefObject<HTMLElement | null>;
  readonly block: Block;
  /** Each in the place of its box. */
  readonly nodes: readonly BoxNode[];
  readonly reveal: (id: string) => void;
  readonly wanted: { readonly id: string } | undefined;
}

/** Gives what moves the focus to a box. */
export function useFocus({ frame, block, nodes, reveal, wanted }: Setting): (id: string) => void {
  const focus = useLasting((id: string): void => {
    reveal(id);
    const name = nodes[block.boxes.findIndex((each) => each.id === id)]?.id ?? "";
    const reached = (): boolean => {
      const box = frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(name)}"]`);
      if (!box) return false;
      // Start and end take no focus; where there is no step, the place for the first does.
      const taking = box.tabIndex < 0 ? (frame.current?.querySelector<HTMLElement>(".slot") ?? box) : box;
      taking.focus({ preventScroll: true });
      bringIntoPage(taking);
      return true;
    };
    // One that has just come is drawn when all effects of this turn are through; one that comes into sight, with the frame.
    if (!reached()) queueMicrotask(() => reached() || requestAnimationFrame(reached));
  });
  useEffect(() => {
    if (wanted) focus(wanted.id);
  }, [wanted, focus]);
  return focus;
}

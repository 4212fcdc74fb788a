/** A dialog that was opened by a key gives the focus back to where it was, unless it has gone elsewhere meanwhile. */
import { useRef } from "react";

export function useReturnFocus() {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: (): void => {
      before.current = document.activeElement;
    },
    onCloseAutoFocus: (event: Event): void => {
      event.preventDefault();
      const { activeElement } = document;
      const nowhere = activeElement === null || activeElement === document.body;
      if (nowhere && before.current instanceof HTMLElement) before.current.focus({ preventScroll: true });
    },
  };
}

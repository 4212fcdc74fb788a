/**
 * A dialog that asks for one thing, over the page. What locks a page by the style of its body makes the browser look at all
 * of it anew, when the dialog comes and when it goes; here a veil covers the page, and Tab leads to the one field.
 */
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useLasting } from "./useLasting";
import "./dialog.css";

interface Props {
  readonly title: string;
  readonly look?: string;
  /** Nothing is asked any more: it is not seen, and waits to be taken away. */
  readonly over: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Veiled({ title, look = "", over, onClose, children }: Props) {
  const id = useId();
  const own = useRef<HTMLDivElement>(null);
  const close = useLasting(onClose);
  useLayoutEffect(() => {
    const dialog = own.current;
    const before = document.activeElement;
    dialog?.querySelector("input")?.focus();
    return () => {
      const { activeElement } = document;
      const left = activeElement !== document.body && !dialog?.contains(activeElement);
      if (!left && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  useLayoutEffect(() => (over || !own.current ? undefined : hold(own.current, close)), [over, close]);
  return createPortal(
    <div ref={own} hidden={over}>
      <div className="overlay" />
      <div className={`dialog ${look}`} role="dialog" aria-modal="true" aria-labelledby={id}>
        <h2 id={id} className="visually-hidden">
          {title}
        </h2>
        {children}
      </div>
    </div>,
    document.body,
  );
}

/** Keep the focus in the field, until the returned function is called. */
function hold(own: HTMLElement, close: () => void): () => void {
  const page = document.getElementById("root");
  const veil = own.querySelector(".overlay");
  const listening = new AbortController();
  const { signal } = listening;
  const pressed = (event: KeyboardEvent): void => {
    if ((event.key !== "Escape" && event.key !== "Tab") || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") close();
    else own.querySelector("input")?.focus();
  };
  own.addEventListener("keydown", pressed, { signal });
  veil?.addEventListener("mousedown", (event) => event.preventDefault(), { signal });
  veil?.addEventListener("click", close, { signal });
  page?.setAttribute("aria-hidden", "true");
  return () => {
    listening.abort();
    page?.removeAttribute("aria-hidden");
  };
}

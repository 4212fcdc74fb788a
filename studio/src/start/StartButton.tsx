/** The button that leads to an instance. What stands behind it is loaded when it is first pressed. */
import { lazy, Suspense, useState } from "react";
import { Icon } from "../ui/Icon";
import type { Startable } from "./startable";

const StartDialog = lazy(() => import("./StartDialog"));

interface Props {
  /** Without it, it is asked for. */
  readonly startable?: Startable;
  readonly word?: string;
  readonly primary?: boolean;
}

export function StartButton({ startable, word = "Start", primary = false }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className={primary ? "button primary" : "button"} onClick={() => setOpen(true)}>
        <Icon name="play" size={13} /> {word}
      </button>
      {open ? (
        <Suspense>
          <StartDialog startable={startable} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}

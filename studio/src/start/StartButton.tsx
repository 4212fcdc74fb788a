/** The button that leads to an instance. What stands behind it is loaded when it is first pressed. */
import { Suspense, useState } from "react";
import { Icon } from "../ui/Icon";
import { later } from "../ui/later";
import type { Startable } from "./startable";

const StartDialog = later(() => import("./StartDialog"));

interface Props {
  /** Without it, it is asked for. */
  readonly startable?: Startable;
  readonly word?: string;
  readonly primary?: boolean;
  /** Where the address says whether it is open, so that a form to be filled in can be sent to somebody. */
  readonly open?: boolean;
  readonly onOpen?: (open: boolean) => void;
}

export function StartButton({ startable, word = "Start", primary = false, ...told }: Props) {
  const [own, setOwn] = useState(false);
  const { open = own, onOpen: setOpen = setOwn } = told;
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

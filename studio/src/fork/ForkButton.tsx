/** Goes on from the point that is shown, as a new instance. The plan is loaded when it is asked for. */
import { Suspense, useState } from "react";
import { Icon } from "../ui/Icon";
import { later } from "../ui/later";

const ForkDialog = later(() => import("./ForkDialog"));

interface Props {
  readonly origin: string;
  /** The number of a transition. */
  readonly at: number;
}

export function ForkButton({ origin, at }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <section className="actions">
      <button type="button" className="button" onClick={() => setOpen(true)}>
        <Icon name="fork" size={14} /> Run again from here
      </button>
      {open ? (
        <Suspense>
          <ForkDialog origin={origin} at={at} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </section>
  );
}

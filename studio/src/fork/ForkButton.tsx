/** Goes on from the point that is shown, as a new instance. The plan is loaded when it is asked for. */
import { lazy, Suspense, useState } from "react";
import { Icon } from "../ui/Icon";

const ForkDialog = lazy(() => import("./ForkDialog"));

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

/** What can wait until the person sees what was asked for. */
import { useEffect, useState } from "react";

/** Do something once the next frame was painted. Gives what calls it off. */
export function whenPainted(work: () => void): () => void {
  let later: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    later = setTimeout(work);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(later);
  };
}

/** A value as it was when the page was painted last: for what is shown of it only after the rest. */
export function useOncePainted<Value>(value: Value): Value {
  const [seen, setSeen] = useState(value);
  useEffect(() => (Object.is(value, seen) ? undefined : whenPainted(() => setSeen(value))), [value, seen]);
  return seen;
}

/** A function that stays the same, and does what the one that was given last does: for what is not to be drawn anew for it. */
import { useCallback, useRef } from "react";

export function useLasting<Given extends readonly unknown[], Result>(
  act: (...given: Given) => Result,
): (...given: Given) => Result {
  const latest = useRef(act);
  latest.current = act;
  return useCallback((...given: Given) => latest.current(...given), []);
}

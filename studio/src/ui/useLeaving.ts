/** Done when what is shown is taken away, and when the browser leaves the page: neither takes the focus away first. */
import { useLayoutEffect } from "react";
import { useLasting } from "./useLasting";

export function useLeaving(act: () => void): void {
  const last = useLasting(act);
  useLayoutEffect(() => {
    addEventListener("pagehide", last);
    return () => {
      removeEventListener("pagehide", last);
      last();
    };
  }, [last]);
}

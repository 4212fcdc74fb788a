/** The keys of debuggers everywhere. */
import { type KeyboardEvent as Pressed, useLayoutEffect } from "react";
import type { Command } from "../api/debugging";
import { isTurnedOff } from "../ui/letters";
import type { Debugging } from "./useSession";

export type Going = "continue" | "over" | "into" | "out";

export function goingOf(key: string, shift: boolean): Going | undefined {
  if (key === "F5" && !shift) return "continue";
  if (key === "F10" && !shift) return "over";
  if (key === "F11") return shift ? "out" : "into";
  return undefined;
}

/** While a session is open, its keys are not the browser's: F5 would load the page anew and end it. */
export function useGoingKeys(open: boolean, stopped: boolean, go: (command: Command) => void): void {
  // Before what is shown is painted: a key that is pressed at sight of it must not come too early.
  useLayoutEffect(() => {
    if (!open) return undefined;
    const pressed = (event: KeyboardEvent): void => {
      const command = event.ctrlKey || event.metaKey || event.altKey ? undefined : goingOf(event.key, event.shiftKey);
      if (!command) return;
      event.preventDefault();
      if (stopped) go({ command });
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [open, stopped, go]);
}

/** Keys of one letter, on the focused box: B for its breakpoint, F lets the task that would start next fail. */
export function pressed(
  event: Pressed,
  focused: string,
  breakAt: (id: string) => void,
  { session, go }: Debugging,
): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || isTurnedOff(event)) return;
  if (event.key === "b") breakAt(focused);
  if (event.key === "f" && session?.state === "stopped") go({ command: "fail" });
}

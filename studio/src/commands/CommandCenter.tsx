/** Listens for what opens the list of commands, and that of keys, on every page. */
import { Suspense, useEffect, useState } from "react";
import { later } from "../ui/later";
import { isTurnedOff } from "../ui/letters";
import { asked, type Sheet } from "./registry";

const CommandDialog = later(() => import("./CommandDialog"));
const KeysDialog = later(() => import("./KeysDialog"));

const PAUSE_MS = 1_500;

export function CommandCenter() {
  const [open, setOpen] = useState<Sheet>();
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    addEventListener("keydown", (event) => pressed(event, setOpen), { signal });
    for (const sheet of ["commands", "keys"] as const) asked.addEventListener(sheet, () => setOpen(sheet), { signal });
    // Loaded when there is time, so that nothing is lost of what is typed right after the key.
    const idle = setTimeout(() => void import("./CommandDialog"), PAUSE_MS);
    return () => {
      listening.abort();
      clearTimeout(idle);
    };
  }, []);
  const close = (): void => setOpen(undefined);
  return (
    <Suspense>
      {open === "commands" ? <CommandDialog onClose={close} /> : null}
      {open === "keys" ? <KeysDialog onClose={close} /> : null}
    </Suspense>
  );
}

function pressed(event: KeyboardEvent, open: (sheet: Sheet) => void): void {
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!isVeiled()) open("commands");
  }
  const typing =
    event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "?" && !control && !typing && !isTurnedOff(event) && !isVeiled()) open("keys");
}

/** Whether a dialog is open: of two, the one below could not be left by keyboard. */
const isVeiled = (): boolean => [...document.querySelectorAll(".overlay")].some((each) => each.checkVisibility());

/** Whether keys of one letter do something. Who speaks to the computer, or often slips, turns them off; kept in the browser. */
import { useSyncExternalStore } from "react";
import { browser } from "./storage";

const KEY = "counterpoint.letters";
const listeners = new Set<() => void>();

export const lettersAct = (): boolean => browser.get(KEY) !== "off";

export function setLettersAct(act: boolean): void {
  if (act) browser.remove(KEY);
  else browser.set(KEY, "off");
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
};

export const useLettersAct = (): boolean => useSyncExternalStore(subscribe, lettersAct);

/** Whether a key is one of a single letter or sign that is turned off. */
export const isTurnedOff = (event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): boolean =>
  event.key.length === 1 && !(event.ctrlKey || event.metaKey || event.altKey) && !lettersAct();

/**
 * Operations that only read, of the documents of services that were read here: a call of one needs no undo. Nothing is
 * fetched for it: an address in a text is not visited before somebody asks for what is there. A tab keeps it.
 */
import { useSyncExternalStore } from "react";
import type { ServiceOperation } from "../api/services";
import { type Reading, readingOf } from "../document/effects";
import { tab } from "../ui/storage";

const KEPT = "counterpoint.reading";
/** In braces stands what is worked out at each call, and may be another address each time. */
const WORKED_OUT = /[{}]/;

const listeners = new Set<() => void>();
let known: Reading | undefined;

export function reading(): Reading {
  known ??= new Map(entries(tab.get(KEPT)).map(([uri, names]) => [uri, new Set(names)]));
  return known;
}

const entries = (kept: string | null): [string, string[]][] => JSON.parse(kept ?? "[]") as [string, string[]][];

/** What the document at an address says. */
export function learn(uri: string, operations: readonly ServiceOperation[]): void {
  if (WORKED_OUT.test(uri)) return;
  known = new Map(reading()).set(uri, readingOf(operations));
  tab.set(KEPT, JSON.stringify([...known].map(([each, names]) => [each, [...names]])));
  for (const listener of listeners) listener();
}

export const useReading = (): Reading => useSyncExternalStore(subscribe, reading);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

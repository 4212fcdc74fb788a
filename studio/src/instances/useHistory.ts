/** Reads the whole history of an instance, its newest part first, and follows what is added to it. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";
import { Unreachable } from "../api/http";
import { getHistory, type HistoryEvent } from "../api/instances";
import { follow } from "../api/stream";
import { type History, lastPlace, type Placed, read, UNREAD, withEarlier, withNews, written } from "./history";

/** Transitions of the first part, which is to be seen soon, and of the others. */
const FIRST_PART = 100;
const PART = 1_000;
const TOGETHER_MS = 120;
/** Between two times that the instance is asked for lies this many times what an answer takes. */
const REST_FACTOR = 5;
const AGAIN_MS = 1_000;

interface Reading {
  readonly history: History;
  readonly error: Error | undefined;
}

type Change =
  | { readonly kind: "begun" }
  | { readonly kind: "earlier"; readonly events: readonly HistoryEvent[] }
  | { readonly kind: "news"; readonly news: readonly Placed[] }
  | { readonly kind: "failed"; readonly error: Error };

function changed(reading: Reading, change: Change): Reading {
  switch (change.kind) {
    case "begun":
      return { history: UNREAD, error: undefined };
    case "earlier":
      return { history: withEarlier(reading.history, change.events), error: undefined };
    case "news":
      return { ...reading, history: withNews(reading.history, change.news) };
    case "failed":
      return { ...reading, error: change.error };
  }
}

/** `sequence` is how many transitions it had when it was first looked at. */
export function useHistory(id: string, sequence: number, ended: boolean): Reading {
  const client = useQueryClient();
  const [reading, change] = useReducer(changed, { history: UNREAD, error: undefined });
  const life = useLife(ended);
  // biome-ignore lint/correctness/useExhaustiveDependencies: later numbers, and the end, come by the stream
  useEffect(() => {
    const stop = new AbortController();
    const refresh = (): Promise<void> => client.invalidateQueries({ queryKey: ["instance", id] });
    change({ kind: "begun" });
    void (async () => {
      const from = Math.max(0, sequence - FIRST_PART);
      const newest = await part(id, from, undefined, stop.signal);
      change({ kind: "earlier", events: newest });
      const last = lastPlace({ events: newest, whole: false });
      await Promise.all([
        older(id, from, (events) => change({ kind: "earlier", events }), stop.signal),
        ended ? undefined : newer(id, written(last), (news) => change({ kind: "news", news }), refresh, stop.signal),
      ]);
    })().catch((error: Error) => stop.signal.aborted || change({ kind: "failed", error }));
    return () => stop.abort();
  }, [id, life, client]);
  return reading;
}

/** Another number for each time that it goes on after its end (it is undone, say). */
function useLife(ended: boolean): number {
  const [life, setLife] = useState({ number: 0, ended });
  if (life.ended !== ended) setLife({ number: life.number + (ended ? 0 : 1), ended });
  return life.number;
}

async function older(id: string, to: number, tell: (events: HistoryEvent[]) => void, signal: AbortSignal) {
  for (let end = to; end > 0; end = Math.max(0, end - PART)) {
    tell(await part(id, Math.max(0, end - PART), end, signal));
  }
}

/** The events of the transitions after `from` up to `to`, or up to the last: in as many pages as the server makes of it. */
async function part(id: string, from: number, to: number | undefined, signal: AbortSignal): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (let after: number | null = from; after !== null && (to === undefined || after < to); ) {
    const page = await patiently(
      () => getHistory(id, after as number, (to ?? (after as number) + PART) - (after as number), signal),
      signal,
    );
    events.push(...page.items);
    after = page.next;
  }
  return events;
}

/** A server that is away comes back; what it refuses, it refuses again. */
async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Unreachable) || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Follows the stream; the instance is asked for again after news, but never so often that nothing else is done. */
async function newer(
  id: string,
  last: string,
  tell: (news: Placed[]) => void,
  refresh: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let news: Placed[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stale = false;
  let resting = false;
  const refreshed = async (): Promise<void> => {
    if (resting || !stale || signal.aborted) return;
    stale = false;
    resting = true;
    const begun = performance.now();
    await refresh();
    setTimeout(
      () => {
        resting = false;
        void refreshed();
      },
      REST_FACTOR * (performance.now() - begun),
    );
  };
  const told = (): void => {
    timer = undefined;
    tell(news);
    news = [];
    stale = true;
    void refreshed();
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  await follow(
    `/v1/instances/${encodeURIComponent(id)}/events`,
    (event) => {
      news.push({ place: read(event.id), event: JSON.parse(event.data) as HistoryEvent });
      timer ??= setTimeout(told, TOGETHER_MS);
    },
    signal,
    last,
  );
  if (signal.aborted) return;
  clearTimeout(timer);
  told();
}

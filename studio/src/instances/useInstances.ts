/** A list of instances of any length: pages as they are wanted, and what is seen kept fresh without moving it. */
import { useCallback, useEffect, useReducer, useRef, useState } from "react";
import { type InstanceEntry, listInstances, type Page } from "../api/instances";
import { asked, type Filter } from "./filter";
import { type Joined, joinedWith, NONE, newsOf, type Part, withChanges, withGone } from "./list";

/** Entries of the first page, which is to be seen soon, and of the others. */
const PAGE = 200;
const NEXT_PAGE = 500;
/** How many more are asked for when a page is looked at again, so that what was added does not hide its end. */
const MORE = 50;
const FRESH_MS = 3_000;

interface State {
  readonly key: string;
  readonly parts: readonly Part[];
  readonly gone: ReadonlySet<string>;
  /** New ones that are not shown yet. */
  readonly added: number;
  readonly error: Error | undefined;
}

type Change = Partial<State> | ((state: State) => Partial<State>);

export interface Instances {
  readonly entries: readonly InstanceEntry[] | undefined;
  readonly gone: ReadonlySet<string>;
  readonly added: number;
  readonly error: Error | undefined;
  readonly more: boolean;
  /** Read the next page, if there is one. */
  readonly next: () => void;
  /** Begin again at the top, with what has been added. */
  readonly again: () => void;
}

/** Whoever comes back from an instance finds the list as it was. */
let kept: State | undefined;

const NOTHING: ReadonlySet<string> = new Set();

/** `seen` gives the range of rows that are seen; `still` whether nobody would mind new rows above them. */
export function useInstances(filter: Filter, seen: () => readonly [number, number], still: () => boolean): Instances {
  const key = JSON.stringify(filter);
  const [state, change] = useReducer(
    (before: State, what: Change) => ({ ...before, ...(typeof what === "function" ? what(before) : what) }),
    kept?.key === key ? kept : { key, parts: [], gone: NOTHING, added: 0, error: undefined },
  );
  const [turn, setTurn] = useState(0);
  const now = useRef(state);
  now.current = state;
  kept = state;
  const current = state.key === key;
  const loading = useRef<AbortController>(undefined);
  const ask = useCallback(
    (cursor: string | undefined, limit: number, signal: AbortSignal): Promise<Page<InstanceEntry>> =>
      listInstances({ ...asked(JSON.parse(key) as Filter), limit: String(limit) }, cursor, signal),
    [key],
  );
  const load = useCallback(
    async (cursor: string | undefined, signal: AbortSignal): Promise<void> => {
      try {
        const page = await ask(cursor, cursor === undefined ? PAGE : NEXT_PAGE, signal);
        const part = { ...page, cursor };
        change(({ parts }) => ({
          key,
          parts: cursor === undefined ? [part] : [...parts, part],
          ...(cursor === undefined ? { gone: NOTHING, added: 0 } : {}),
          error: undefined,
        }));
      } catch (error) {
        if (!signal.aborted) change({ key, error: error as Error });
      }
    },
    [ask, key],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn begins at the top
  useEffect(() => {
    const stop = new AbortController();
    loading.current = undefined;
    const restored = now.current.key === key && now.current.parts.length > 0 && turn === 0;
    if (!restored) void load(undefined, stop.signal);
    const timer = setInterval(() => {
      if (document.visibilityState === "visible")
        void refresh(now, ask, seen, still, change, () => load(undefined, stop.signal), stop.signal);
    }, FRESH_MS);
    return () => {
      stop.abort();
      loading.current?.abort();
      clearInterval(timer);
    };
  }, [key, turn, load, ask]);
  const next = useCallback(() => {
    const last = now.current.parts.at(-1);
    if (now.current.key !== key || !last?.next || (loading.current && !loading.current.signal.aborted)) return;
    const stop = new AbortController();
    loading.current = stop;
    void load(last.next, stop.signal).finally(() => {
      if (loading.current === stop) loading.current = undefined;
    });
  }, [key, load]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  const entries = useEntries(state.parts);
  return {
    entries: current && state.parts.length > 0 ? entries : undefined,
    gone: state.gone,
    added: current ? state.added : 0,
    error: current ? state.error : undefined,
    more: current && (state.parts.at(-1)?.next ?? null) !== null,
    next,
    again,
  };
}

function useEntries(parts: readonly Part[]): readonly InstanceEntry[] {
  const joined = useRef<Joined>(NONE);
  joined.current = joinedWith(joined.current, parts);
  return joined.current.entries;
}

/** Look again at what is seen, and at the top. */
async function refresh(
  now: { readonly current: State },
  ask: (cursor: string | undefined, limit: number, signal: AbortSignal) => Promise<Page<InstanceEntry>>,
  seen: () => readonly [number, number],
  still: () => boolean,
  change: (what: Change) => void,
  top: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { key, parts } = now.current;
  try {
    let added = 0;
    for (const part of watched(parts, seen())) {
      const fresh = await ask(part.cursor, part.items.length + MORE, signal);
      if (now.current.key !== key || signal.aborted) return;
      const at = parts.indexOf(part);
      const beside = [parts[at - 1], parts[at + 1]].flatMap((each) => each?.items ?? []);
      const elsewhere = new Set(beside.map(({ id }) => id));
      const news = newsOf(part, fresh, elsewhere);
      added += news.added;
      if (part === parts[0] && news.added > 0 && still()) return top();
      change((before) => ({
        parts: withChanges(before.parts, news.changed),
        gone: withGone(before.gone, news.gone, fresh),
        error: undefined,
      }));
    }
    change({ added });
  } catch (error) {
    if (!signal.aborted) change({ error: error as Error });
  }
}

/** The first part, and those that are seen. */
function watched(parts: readonly Part[], [from, to]: readonly [number, number]): Part[] {
  let start = 0;
  return parts.filter((part, index) => {
    const end = start + part.items.length;
    const shown = start <= to && end > from;
    start = end;
    return index === 0 || shown;
  });
}

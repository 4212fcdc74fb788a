/** An instance at the place that the address names; as it stands where it names none. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Instance, Task } from "../api/instances";
import { type Difference, getDifference, getMoment, type Moment } from "../api/moments";
import { useSearchState } from "../app/search";

/** The address follows when the slider rests: browsers allow no more changes of it than that. */
const REST_MS = 150;
/** A moment may be large, and looking back at it is cheap: it is not kept for long. */
const KEPT_MS = 5_000;

type Move = (to: number | undefined) => void;

/** The place that is looked at: what was just moved to, and what the address says otherwise. */
export function usePlace(): [number | undefined, Move] {
  const [search, setSearch] = useSearchState();
  const [moved, setMoved] = useState<{ readonly to: number | undefined }>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const move = useCallback<Move>(
    (to) => {
      setMoved({ to });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        setSearch({ at: to?.toString() });
        setMoved(undefined);
      }, REST_MS);
    },
    [setSearch],
  );
  const named = Number(search.get("at"));
  const told = Number.isInteger(named) && named > 0 ? named : undefined;
  return [moved ? moved.to : told, move];
}

export interface Past {
  readonly instance: Instance;
  readonly moment: Moment | undefined;
  readonly changes: readonly Difference[];
}

export function usePast(now: Instance, at: number | undefined): Past {
  const moment = useMoment(now.id, at);
  const rested = useRested(at);
  const { data: difference } = useQuery({
    queryKey: ["difference", now.id, rested],
    queryFn: ({ signal }) => getDifference(now.id, (rested ?? 0) - 1, rested ?? 0, signal),
    enabled: rested !== undefined && rested > 1,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
  });
  if (at === undefined || !moment) return { instance: now, moment: undefined, changes: [] };
  const tasks = moment.tasks.map((each) => ({ ...UNKNOWN, ...each, attempt: each.attempt ?? 1 }) as Task);
  const { status, saga, input, output, context, error } = moment;
  const instance = { ...now, status, saga, input, output, context, error, tasks, incidents: [], endedAt: null };
  return { instance, moment, changes: rested === 1 ? [] : (difference?.items ?? []) };
}

/** One at a time: while one is on its way, only the place that was moved to last is asked for next. */
function useMoment(id: string, at: number | undefined): Moment | undefined {
  const [asked, setAsked] = useState(at);
  const { data, isFetching } = useQuery({
    queryKey: ["moment", id, asked],
    queryFn: ({ signal }) => getMoment(id, asked, signal),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    structuralSharing: false,
  });
  useEffect(() => {
    if (at !== asked && (!isFetching || at === undefined)) setAsked(at);
  }, [at, asked, isFetching]);
  return data;
}

/** A value once it has not changed for a while. */
function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

const UNKNOWN = { startedAt: null, endedAt: null, error: null };

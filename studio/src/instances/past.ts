/** An instance at the place that the address names; as it stands where it names none. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { HistoryEvent, Instance, Task } from "../api/instances";
import { type Difference, getDifference, getMoment, type Moment } from "../api/moments";

export interface Past {
  readonly instance: Instance;
  readonly moment: Moment | undefined;
  readonly changes: readonly Difference[];
}

export function usePast(now: Instance, at: number | undefined): Past {
  const asked = at !== undefined;
  const { data: moment } = useQuery({
    queryKey: ["moment", now.id, at],
    queryFn: () => getMoment(now.id, at ?? 0),
    enabled: asked,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { data: difference } = useQuery({
    queryKey: ["difference", now.id, at],
    queryFn: () => getDifference(now.id, (at ?? 0) - 1, at ?? 0),
    enabled: asked && (at ?? 0) > 1,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!asked || !moment) return { instance: now, moment: undefined, changes: [] };
  const tasks = moment.tasks.map((each) => ({ ...UNKNOWN, ...each, attempt: each.attempt ?? 1 }) as Task);
  const { status, saga, input, output, context } = moment;
  const instance = { ...now, status, saga, input, output, context, tasks, incidents: [], endedAt: null };
  return { instance, moment, changes: difference?.items ?? [] };
}

const UNKNOWN = { startedAt: null, endedAt: null, error: null };

export const lastOf = (history: readonly HistoryEvent[] | undefined): number => history?.at(-1)?.sequence ?? 0;

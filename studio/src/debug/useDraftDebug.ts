/** The mode Debug of the designer: the text as it stands is played in a simulated world, and stops where it is told. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { type Command, getSessionMoment } from "../api/debugging";
import type { Moment } from "../api/moments";
import { useSearchState } from "../app/search";
import type { Mark } from "../canvas/flow";
import { everyTask, type Model } from "../document/task";
import { marksOf } from "../instances/marks";
import { type Breakpoints, boxOf, useBreakpoints } from "./breakpoints";
import { useGoingKeys } from "./keys";
import { withStop } from "./marks";
import { owner } from "./owner";
import { type Debugging, useSession } from "./useSession";

export interface DraftDebug {
  readonly on: boolean;
  readonly debugging: Debugging;
  readonly breakpoints: Breakpoints;
  /** The boxes that a breakpoint is drawn at. */
  readonly boxes: ReadonlySet<string>;
  readonly marks: ReadonlyMap<string, Mark>;
  /** Whether the text is no longer the one that the session plays. */
  readonly changed: boolean;
  readonly begin: () => void;
  readonly input: string;
  readonly onInput: (input: string) => void;
  readonly moment: Moment | undefined;
  readonly at: number | undefined;
  readonly last: number;
  readonly onMove: (at: number | undefined) => void;
}

const NOTHING: ReadonlyMap<string, Mark> = new Map();

export function useDraftDebug(key: string, text: string, model: Model): DraftDebug {
  const [search, setSearch] = useSearchState();
  const on = search.get("mode") === "debug";
  const kept = useBreakpoints(key);
  const ids = useMemo(() => new Set([...everyTask(model.tasks)].map((each) => each.id)), [model]);
  const known = useMemo(() => kept.all.filter((each) => each.task === null || ids.has(each.task)), [kept.all, ids]);
  const breakpoints = useMemo(() => ({ ...kept, all: known }), [kept, known]);
  const opened = useSession(known);
  const { session, over, begin: open, go: command } = opened;
  const go = useCallback(
    (given: Command) => {
      setSearch({ at: undefined }); // what is done is done now, not where one looks
      command(given);
    },
    [command, setSearch],
  );
  const debugging = { ...opened, go };
  const [input, onInput] = useState("");
  const [played, setPlayed] = useState<string>();
  const place = Number(search.get("at"));
  const at = session && Number.isInteger(place) && place > 0 ? place : undefined;
  const { data: moment } = useQuery({
    queryKey: ["debug-moment", session?.id, at, session?.state, session?.stop, session?.waits],
    queryFn: () => getSessionMoment(session?.id ?? "", at),
    enabled: on && session !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  const begin = useCallback(() => {
    const given = input.trim() ? { input: JSON.parse(input) as unknown } : {};
    setPlayed(text);
    setSearch({ at: undefined });
    open({ simulation: { document: text, ...given } }, owner.get() || "studio");
  }, [open, text, input, setSearch]);
  useGoingKeys(on && session !== undefined && over === undefined, session?.state === "stopped", go);
  const marks = useMemo(() => {
    if (!on || !session || !moment) return NOTHING;
    const runs = marksOf({ tasks: moment.tasks, incidents: [] }, model.tasks);
    return at === undefined ? withStop(runs, session.stop, session.instance, model.tasks) : runs;
  }, [on, session, moment, model, at]);
  return {
    on,
    debugging,
    breakpoints,
    boxes: useMemo(() => new Set(known.flatMap((each) => boxOf(each) ?? [])), [known]),
    marks,
    changed: session !== undefined && over === undefined && played !== text,
    begin,
    input,
    onInput,
    moment: session ? moment : undefined,
    at,
    last: Number(moment?.last.split(".")[0] ?? 0),
    onMove: useCallback((to) => setSearch({ at: to?.toString() }), [setSearch]),
  };
}

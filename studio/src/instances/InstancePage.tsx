/** One instance: where it stands on its document, what it did and when, and what it needs. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { getDefinition } from "../api/definitions";
import { getHistory, getInstance, type HistoryEvent, type Instance } from "../api/instances";
import { useSearchState } from "../app/search";
import { Canvas } from "../canvas/Canvas";
import { InstanceDebugPanel } from "../debug/InstanceDebugPanel";
import { pressed } from "../debug/keys";
import { withStop } from "../debug/marks";
import { type InstanceDebug, useInstanceDebug } from "../debug/useInstanceDebug";
import { parse } from "../document/parse";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { StateTag } from "../ui/StateTag";
import { clock } from "../ui/time";
import { Actions } from "./Actions";
import { Changes } from "./Changes";
import { SagaTag } from "./InstancesPage";
import { useLive } from "./live";
import { marksOf } from "./marks";
import { lastOf, usePast } from "./past";
import { Scrubber } from "./Scrubber";
import { Timeline } from "./Timeline";
import "./instance.css";

export default function InstancePage({ id }: { id: string }) {
  const { data, error } = useQuery({ queryKey: ["instance", id], queryFn: () => getInstance(id) });
  useLive(id, data?.endedAt != null);
  if (error) return <section className="page">{<Notice error={error} />}</section>;
  return data ? <Shown now={data} /> : <p className="loading">Loading …</p>;
}

function Shown({ now }: { now: Instance }) {
  const [search, setSearch] = useSearchState();
  const view = search.get("view") ?? "graph";
  const place = Number(search.get("at"));
  const at = Number.isInteger(place) && place > 0 ? place : undefined;
  const { data: history } = useQuery({ queryKey: ["history", now.id], queryFn: () => getHistory(now.id) });
  const { instance, moment, changes } = usePast(now, at);
  const debug = useInstanceDebug(now.workflow);
  const debugs = search.get("debug") === "1";
  const debugged = debug.debugging.session?.state === "stopped" || debug.debugging.session?.state === "running";
  const move = useCallback((to: number | undefined) => setSearch({ at: to?.toString() }), [setSearch]);
  return (
    <div className="instance">
      <header className="designer-head">
        <div className="crumbs">
          <span className="muted">{now.workflow} / </span>
          <h1>{now.id}</h1>
          <StateTag state={instance.status} />
          <SagaTag saga={instance.saga} />
        </div>
        <div className="designer-tools">
          {["graph", "timeline", "events"].map((each) => (
            <button
              key={each}
              type="button"
              className="button"
              aria-pressed={view === each}
              onClick={() => setSearch({ view: each })}
            >
              {each.charAt(0).toUpperCase() + each.slice(1)}
            </button>
          ))}
          {now.endedAt === null || debugs ? (
            <button
              type="button"
              className="button"
              aria-pressed={debugs}
              disabled={debugged}
              onClick={() => setSearch({ debug: debugs ? undefined : "1", view: undefined })}
            >
              <Icon name="bug" size={14} /> Debug
            </button>
          ) : null}
        </div>
      </header>
      <div className="instance-body">
        <div className="instance-main">
          {view === "graph" ? (
            <Graph instance={instance} debug={debugs ? debug : undefined} past={at !== undefined} />
          ) : null}
          {view === "timeline" ? <Timeline instance={now} /> : null}
          {view === "events" ? <Events events={history?.items ?? []} at={at} onMove={move} /> : null}
          <Scrubber at={at} last={lastOf(history?.items)} moment={moment} onMove={move} />
        </div>
        <aside className="designer-side" aria-label="Data">
          {debugs ? <InstanceDebugPanel instance={now.id} {...debug} /> : null}
          {at === undefined ? <Actions instance={now} /> : <Changes changes={changes} />}
          <Data title="Input" value={instance.input} />
          {moment ? <Data title="What flows on" value={moment.data} /> : null}
          <Data title="Context" value={instance.context} />
          <Data title="Output" value={instance.output} />
          {instance.error ? <Data title="Error" value={instance.error} /> : null}
        </aside>
      </div>
    </div>
  );
}

interface GraphProps {
  readonly instance: Instance;
  readonly debug: InstanceDebug | undefined;
  readonly past: boolean;
}

function Graph({ instance, debug, past }: GraphProps) {
  const [search, setSearch] = useSearchState();
  const [path = "", version = ""] = instance.workflow.split(":");
  const [namespace = "", name = ""] = path.split("/");
  const { data, error } = useQuery({
    queryKey: ["definition", namespace, name, version],
    queryFn: () => getDefinition(namespace, name, version),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const model = useMemo(() => (data ? parse(data.text) : undefined), [data]);
  const stop = past ? null : (debug?.debugging.session?.stop ?? null);
  const marks = useMemo(
    () => (model ? withStop(marksOf(instance, model.tasks), stop, instance.id, model.tasks) : new Map()),
    [instance, model, stop],
  );
  if (error) return <Notice error={error} />;
  if (!model) return <p className="loading">Loading …</p>;
  return (
    <Canvas
      model={model}
      selected={search.get("sel") ?? undefined}
      onSelect={(sel) => setSearch({ sel })}
      docked={innerWidth < 1_200}
      marks={marks}
      {...(debug ? { breakpoints: debug.boxes, actions: debug.actions } : {})}
      onKey={(event, focused) => {
        if (debug && focused) pressed(event, focused, (id) => debug.actions.breakAt?.(id), debug.debugging);
      }}
    />
  );
}

interface EventsProps {
  readonly events: readonly HistoryEvent[];
  readonly at: number | undefined;
  readonly onMove: (at: number) => void;
}

function Events({ events, at, onMove }: EventsProps) {
  return (
    <ol className="events">
      {events.map(({ sequence, at: time, type, ...fields }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a history only grows at its end
        <li key={index} aria-current={sequence === at ? "step" : undefined}>
          <button type="button" className="event-place" onClick={() => onMove(sequence)}>
            {sequence}
            <span className="visually-hidden"> go to this place</span>
          </button>
          <time className="muted" dateTime={new Date(time).toISOString()}>
            {clock(time)}
          </time>
          <b>{type}</b>
          <code className="event-fields">{JSON.stringify(fields)}</code>
        </li>
      ))}
    </ol>
  );
}

function Data({ title, value }: { title: string; value: unknown }) {
  const nothing = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (value === null || value === undefined || nothing) return null;
  return (
    <section className="data">
      <h2>{title}</h2>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </section>
  );
}

/** One instance: where it stands on its document, what it did and when, and what it needs. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getInstance, type Instance } from "../api/instances";
import { useSearchState } from "../app/search";
import { Canvas } from "../canvas/Canvas";
import { InstanceDebugPanel } from "../debug/InstanceDebugPanel";
import { pressed } from "../debug/keys";
import { withStop } from "../debug/marks";
import { type InstanceDebug, useInstanceDebug } from "../debug/useInstanceDebug";
import { ForkButton } from "../fork/ForkButton";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { StateTag } from "../ui/StateTag";
import { Actions } from "./Actions";
import { Changes } from "./Changes";
import { Events } from "./Events";
import { Failure } from "./Failure";
import { endOf } from "./history";
import { Json } from "./Json";
import { marksOf } from "./marks";
import { usePast, usePlace } from "./past";
import { SagaTag } from "./SagaTag";
import { Scrubber } from "./Scrubber";
import { StepRuns } from "./StepRuns";
import { Timeline } from "./Timeline";
import { useHistory } from "./useHistory";
import { useModel } from "./useModel";
import "./instance.css";

export default function InstancePage({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ["instance", id],
    queryFn: ({ signal }) => getInstance(id, signal),
    structuralSharing: false,
  });
  if (error) return <section className="page">{<Notice error={error} />}</section>;
  return data ? <Shown key={id} now={data} /> : <p className="loading">Loading …</p>;
}

function Shown({ now }: { now: Instance }) {
  const [search, setSearch] = useSearchState();
  const view = search.get("view") ?? "graph";
  const step = search.get("sel");
  const [at, move] = usePlace();
  const { history, error } = useHistory(now.id, now.sequence, now.endedAt !== null);
  const last = Math.max(now.sequence, history.events.at(-1)?.sequence ?? 0);
  const event = at === undefined ? undefined : endOf(history.events, at);
  const { instance, moment, changes } = usePast(now, at);
  const debug = useInstanceDebug(now.workflow);
  const debugs = search.get("debug") === "1";
  const debugged = debug.debugging.session?.state === "stopped" || debug.debugging.session?.state === "running";
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
          {view === "timeline" ? <Timeline instance={now} history={history} /> : null}
          {view === "events" ? <Events history={history} tasks={now.tasks} last={last} at={at} onMove={move} /> : null}
          <Scrubber
            at={at}
            last={last}
            moment={event ? { event, at: new Date(event.at).toISOString() } : moment}
            onMove={move}
          />
        </div>
        <aside className="designer-side" aria-label="Data">
          {error ? <Notice error={error} /> : null}
          {debugs ? <InstanceDebugPanel instance={now.id} {...debug} /> : null}
          {instance.error ? <Failure error={instance.error} /> : null}
          {at === undefined ? <Actions instance={now} /> : <ForkButton origin={now.id} at={at} />}
          {at === undefined ? null : <Changes changes={changes} tasks={now.tasks} />}
          {step && view === "graph" ? <StepRuns instance={now} at={at} step={step} /> : null}
          <Data title="Input" value={instance.input} />
          {moment ? <Data title="What flows on" value={moment.data} /> : null}
          <Data title="Context" value={instance.context} />
          <Data title="Output" value={instance.output} />
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
  const { model, error } = useModel(instance.workflow);
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
      marks={marks}
      {...(debug ? { breakpoints: debug.boxes, actions: debug.actions } : {})}
      onKey={(event, focused) => {
        if (debug && focused) pressed(event, focused, (id) => debug.actions.breakAt?.(id), debug.debugging);
      }}
    />
  );
}

function Data({ title, value }: { title: string; value: unknown }) {
  const nothing = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (value === null || value === undefined || nothing) return null;
  return (
    <section className="data">
      <h2>{title}</h2>
      <Json value={value} />
    </section>
  );
}

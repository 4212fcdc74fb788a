/** One instance: where it stands on its document, what it did and when, and what it needs. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { Refused } from "../api/http";
import { getInstance, type Instance } from "../api/instances";
import { useSearchState } from "../app/search";
import { Canvas } from "../canvas/Canvas";
import { InstanceDebugPanel } from "../debug/InstanceDebugPanel";
import { pressed } from "../debug/keys";
import { withStop } from "../debug/marks";
import { type InstanceDebug, useInstanceDebug } from "../debug/useInstanceDebug";
import { ForkButton } from "../fork/ForkButton";
import { Icon, type IconName } from "../ui/Icon";
import { Modes } from "../ui/Modes";
import { Notice } from "../ui/Notice";
import { StateTag } from "../ui/StateTag";
import { addressOf } from "../workflows/addresses";
import { Actions } from "./Actions";
import { Changes } from "./Changes";
import { Events } from "./Events";
import { Expected } from "./Expected";
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

const NOT_FOUND = 404;
const VIEWS: readonly (readonly [view: string, word: string, icon: IconName])[] = [
  ["graph", "Graph", "flow"],
  ["timeline", "Timeline", "runs"],
  ["events", "Events", "do"],
];

export default function InstancePage({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ["instance", id],
    queryFn: ({ signal }) => getInstance(id, signal),
    structuralSharing: false,
  });
  if (error instanceof Refused && error.problem.status === NOT_FOUND) return <Unknown id={id} />;
  if (error) {
    return (
      <section className="page">
        <h1>{id}</h1>
        <Notice error={error} />
      </section>
    );
  }
  return data ? <Shown key={id} now={data} /> : <p className="loading">Loading …</p>;
}

function Unknown({ id }: { id: string }) {
  return (
    <section className="page">
      <h1>There is no such instance</h1>
      <p className="muted told">No instance is called “{id}”. It may have been removed, or be on another server.</p>
      <Link className="button" href="/instances">
        All instances
      </Link>
    </section>
  );
}

function Shown({ now }: { now: Instance }) {
  const [search, setSearch] = useSearchState();
  const asked = search.get("view");
  const view = VIEWS.find(([each]) => each === asked)?.[0] ?? "graph";
  const step = search.get("sel");
  const [placed, move] = usePlace();
  const { history, error } = useHistory(now.id, now.sequence, now.endedAt !== null);
  const last = Math.max(now.sequence, history.events.at(-1)?.sequence ?? 0);
  // An address may name a place that there is not.
  const at = placed !== undefined && placed > last ? undefined : placed;
  const event = at === undefined ? undefined : endOf(history.events, at);
  const { instance, moment, changes } = usePast(now, at);
  const debug = useInstanceDebug(now.workflow);
  const debugs = search.get("debug") === "1";
  const debugged = debug.debugging.session?.state === "stopped" || debug.debugging.session?.state === "running";
  return (
    <div className="instance">
      <header className="designer-head">
        <div className="crumbs">
          <Link href={addressOf(now.workflow)} title={`The workflow ${now.workflow}`}>
            {now.workflow} /
          </Link>
          <h1 title={now.id}>{now.id}</h1>
          <StateTag state={instance.status} />
          <SagaTag saga={instance.saga} />
        </div>
        <div className="designer-tools">
          <Modes title="View" chosen={view} of={VIEWS} onChoose={(chosen) => setSearch({ view: chosen })} />
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
          {at === undefined && !debugged ? <Expected instance={now} /> : null}
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

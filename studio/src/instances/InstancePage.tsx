/** One instance: where it stands on its document, what it did and when, and what it needs. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getDefinition } from "../api/definitions";
import { getHistory, getInstance, type Instance } from "../api/instances";
import { useSearchState } from "../app/search";
import { Canvas } from "../canvas/Canvas";
import { parse } from "../document/parse";
import { Notice } from "../ui/Notice";
import { StateTag } from "../ui/StateTag";
import { Actions } from "./Actions";
import { SagaTag } from "./InstancesPage";
import { marksOf } from "./marks";
import { Timeline } from "./Timeline";
import "./instance.css";

export default function InstancePage({ id }: { id: string }) {
  const [search, setSearch] = useSearchState();
  const view = search.get("view") ?? "graph";
  const { data, error } = useQuery({
    queryKey: ["instance", id],
    queryFn: () => getInstance(id),
    refetchInterval: (query) => (query.state.data?.endedAt ? false : 1_000),
  });
  if (error) return <section className="page">{<Notice error={error} />}</section>;
  if (!data) return <p className="loading">Loading …</p>;
  return (
    <div className="instance">
      <header className="designer-head">
        <div className="crumbs">
          <span className="muted">{data.workflow} / </span>
          <h1>{data.id}</h1>
          <StateTag state={data.status} />
          <SagaTag saga={data.saga} />
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
        </div>
      </header>
      <div className="instance-body">
        {view === "graph" ? <Graph instance={data} /> : null}
        {view === "timeline" ? <Timeline instance={data} /> : null}
        {view === "events" ? <Events id={id} ended={data.endedAt !== null} /> : null}
        <aside className="designer-side" aria-label="Data">
          <Actions instance={data} />
          <Data title="Input" value={data.input} />
          <Data title="Output" value={data.output} />
          {data.error ? <Data title="Error" value={data.error} /> : null}
        </aside>
      </div>
    </div>
  );
}

function Graph({ instance }: { instance: Instance }) {
  const [search, setSearch] = useSearchState();
  const [path = "", version = ""] = instance.workflow.split(":");
  const [namespace = "", name = ""] = path.split("/");
  const { data, error } = useQuery({
    queryKey: ["definition", namespace, name, version],
    queryFn: () => getDefinition(namespace, name, version),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const model = useMemo(() => (data ? parse(data.text) : undefined), [data]);
  const marks = useMemo(() => (model ? marksOf(instance, model.tasks) : new Map()), [instance, model]);
  if (error) return <Notice error={error} />;
  if (!model) return <p className="loading">Loading …</p>;
  return (
    <Canvas
      model={model}
      selected={search.get("sel") ?? undefined}
      onSelect={(sel) => setSearch({ sel })}
      docked={innerWidth < 1_200}
      marks={marks}
    />
  );
}

function Events({ id, ended }: { id: string; ended: boolean }) {
  const { data, error } = useQuery({
    queryKey: ["history", id],
    queryFn: () => getHistory(id),
    refetchInterval: ended ? false : 1_000,
  });
  if (error) return <Notice error={error} />;
  return (
    <ol className="events">
      {data?.items.map(({ sequence, at, type, ...fields }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a history only grows at its end
        <li key={index}>
          <code className="muted">{sequence}</code>
          <time className="muted" dateTime={new Date(at).toISOString()}>
            {new Date(at).toISOString().slice(11, 23)}
          </time>
          <b>{type}</b>
          <code className="event-fields">{JSON.stringify(fields)}</code>
        </li>
      ))}
    </ol>
  );
}

function Data({ title, value }: { title: string; value: unknown }) {
  if (value === null || value === undefined) return null;
  return (
    <section className="data">
      <h2>{title}</h2>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </section>
  );
}

/** How instances have been doing: how many, how long, what fails, and what follows from that. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { getInsights, type InsightReport } from "../api/insights";
import { listWorkflows } from "../api/workflows";
import { useSearchState } from "../app/search";
import { WAITS } from "../instances/filter";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { adviceOf } from "./advice";
import { Chart } from "./Chart";
import { Clusters } from "./Clusters";
import { Steps } from "./Steps";
import { DEPTHS, ENDS, QUEUES, TRIES, time } from "./series";
import { counted, number, percent } from "./words";
import "./insights.css";

const FRESH_MS = 5_000;
/** While the journal is still being read. */
const READING_MS = 400;

const TIMES: Readonly<Record<string, { readonly word: string; readonly ms: number }>> = {
  "1h": { word: "the last hour", ms: 3_600_000 },
  "24h": { word: "the last 24 hours", ms: 86_400_000 },
  "7d": { word: "the last 7 days", ms: 604_800_000 },
};
const USUAL = "24h";

export default function InsightsPage() {
  const [search, setSearch] = useSearchState();
  const range = search.get("range") ?? USUAL;
  const workflow = search.get("workflow") ?? undefined;
  const span = (TIMES[range] ?? TIMES[USUAL] ?? { ms: 0 }).ms;
  const { data, error } = useQuery({
    queryKey: ["insights", range, workflow],
    queryFn: ({ signal }) => getInsights(new Date(Date.now() - span).toISOString(), workflow, signal),
    refetchInterval: (query) => (query.state.data?.whole === false ? READING_MS : FRESH_MS),
    placeholderData: keepPreviousData,
    structuralSharing: false,
  });
  const { data: workflows } = useQuery({ queryKey: ["workflows"], queryFn: listWorkflows });
  const names = (workflows?.items ?? []).map(({ namespace, name }) => `${namespace}/${name}`);
  return (
    <section className="page insights">
      <header className="page-head">
        <h1>Insights</h1>
        <label>
          <span className="visually-hidden">Workflow</span>
          <select
            className="button"
            value={workflow ?? ""}
            onChange={(event) => setSearch({ workflow: event.target.value || undefined })}
          >
            <option value="">All workflows</option>
            {workflow && !names.includes(workflow) ? <option value={workflow}>{workflow}</option> : null}
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="visually-hidden">Time</span>
          <select className="button" value={range} onChange={(event) => setSearch({ range: event.target.value })}>
            {Object.entries(TIMES).map(([name, { word }]) => (
              <option key={name} value={name}>
                {word}
              </option>
            ))}
          </select>
        </label>
      </header>
      {error ? <Notice error={error} /> : null}
      {data ? <Told report={data} /> : error ? null : <p className="muted">Reading the journal …</p>}
    </section>
  );
}

function Told({ report }: { report: InsightReport }) {
  const { total, queues, buckets } = report;
  const nothing = total.started + total.completed + total.failed + total.cancelled + report.steps.length === 0;
  if (nothing && report.whole && (buckets.at(-1)?.open ?? 0) === 0) {
    return (
      <div className="empty">
        <Icon name="chart" />
        <h2>Nothing happened in this time</h2>
        <p className="muted">As soon as instances run, this page tells how they do.</p>
        <Link className="button" href="/workflows">
          Start one from its workflow
        </Link>
      </div>
    );
  }
  return (
    <>
      <p className="muted" role="status">
        {report.whole
          ? `Since ${time(report.since)}`
          : `Still reading the journal: all until ${time(report.readTo)} is counted`}
      </p>
      <Totals report={report} />
      <AdviceList report={report} />
      <div className="charts">
        <Chart title={`Begun and ended, ${per(report.bucketSeconds)}`} report={report} series={ENDS} />
        <Chart title="Open at the time" report={report} series={DEPTHS} level />
      </div>
      <Clusters clusters={report.clusters} />
      <Steps steps={report.steps} />
      <div className="charts">
        <Chart title={`Tried again, ${per(report.bucketSeconds)}`} report={report} series={TRIES} />
        <Chart title="Messages and events in the queues, at most" report={report} series={QUEUES} level />
      </div>
      <section className="waiting" aria-labelledby="waiting-title">
        <h2 id="waiting-title">What waits now</h2>
        <dl>
          {Object.entries(queues.waits).map(([word, count]) => (
            <div key={word}>
              <dt>
                <Link href={`/instances?waitsFor=${word}`}>Instances that wait for {WAITS[word] ?? word}</Link>
              </dt>
              <dd>{number(count)}</dd>
            </div>
          ))}
          <div>
            <dt>Messages that have come in</dt>
            <dd>{number(queues.inbox)}</dd>
          </div>
          <div>
            <dt>Events that are to go out</dt>
            <dd>{number(queues.owed)}</dd>
          </div>
          <div>
            <dt>Events that were refused for good</dt>
            <dd>{number(queues.dead)}</dd>
          </div>
        </dl>
      </section>
    </>
  );
}

function per(seconds: number): string {
  const [count, unit] = seconds < 3_600 ? [seconds / 60, "minute"] : [seconds / 3_600, "hour"];
  return count === 1 ? `each ${unit}` : `every ${number(count)} ${unit}s`;
}

function Totals({ report: { total, buckets } }: { report: InsightReport }) {
  const ended = total.completed + total.failed + total.cancelled;
  const open = buckets.at(-1)?.open ?? 0;
  const shown = [
    { title: "Started", value: total.started, note: "" },
    {
      title: "Completed",
      value: total.completed,
      note: `${percent(total.completed, ended)} of what ended`,
      tone: "done",
    },
    { title: "Failed", value: total.failed, note: `${percent(total.failed, ended)} of what ended`, tone: "failed" },
    { title: "Undone", value: total.undone, note: `${percent(total.undone, ended)} of what ended`, tone: "undo" },
    { title: "Tried again", value: total.retries, note: "steps and undos", tone: "warning" },
    { title: "Open now", value: open, note: `${counted(buckets.at(-1)?.stuck ?? 0, "waits", "wait")} for a person` },
  ];
  return (
    <dl className="totals">
      {shown.map(({ title, value, note, tone }) => (
        <div key={title} className={tone && value > 0 ? `tone-${tone}` : undefined}>
          <dt>
            {title === "Undone" ? <Icon name="undo" size={12} /> : null} {title}
          </dt>
          <dd>
            {number(value)} <small className="muted">{note}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function AdviceList({ report }: { report: InsightReport }) {
  const advice = useMemo(() => adviceOf(report), [report]);
  if (advice.length === 0) return null;
  return (
    <section className="advice" aria-labelledby="advice-title">
      <h2 id="advice-title">What stands out</h2>
      <ul>
        {advice.map(({ text, hint, href }) => (
          <li key={text}>
            <Icon name="alert" size={15} />
            <p>
              {href ? <Link href={href}>{text}</Link> : <b>{text}</b>} <span className="muted">{hint}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

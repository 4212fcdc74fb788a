/** The selected step: each of its attempts, with what went in, what came out, and what went wrong. */
import { useQuery } from "@tanstack/react-query";
import type { Instance } from "../api/instances";
import { getMoment, type TaskMoment } from "../api/moments";
import { StateTag } from "../ui/StateTag";
import { clock, lasted } from "../ui/time";
import { Json } from "./Json";
import { isOf, undoneBy } from "./undone";

const SHOWN_MAX = 10;

interface Props {
  readonly instance: Instance;
  readonly at: number | undefined;
  /** JSON pointer of the step. */
  readonly step: string;
}

export function StepRuns({ instance, at, step }: Props) {
  const { data } = useQuery({
    queryKey: ["step", instance.id, at ?? instance.sequence],
    queryFn: ({ signal }) => getMoment(instance.id, at, signal),
    gcTime: 5_000,
    structuralSharing: false,
  });
  const undone = undoneBy(step);
  const name = (undone ?? step).split("/").at(-1) ?? step;
  const title = undone === undefined ? name : `Undo of ${name}`;
  const runs = (data?.tasks ?? []).filter(({ reference }) => isOf(reference, step));
  const shown = runs.slice(-SHOWN_MAX).reverse();
  return (
    <section className="data" aria-label={undone === undefined ? `Step ${name}` : title}>
      <h2>{title}</h2>
      {data && runs.length === 0 ? <p className="muted">It has not run.</p> : null}
      {runs.length > shown.length ? (
        <p className="muted">
          The latest {shown.length} of {runs.length.toLocaleString("en")} runs
          {(data?.tasksLeftOut ?? 0) > 0 ? " that are still shown" : ""}:
        </p>
      ) : null}
      {shown.map((run, index) => (
        <Run key={run.run} run={run} open={index === 0} named={undone !== undefined} />
      ))}
    </section>
  );
}

/** `named`: it is one of several steps. */
function Run({ run, open, named }: { run: TaskMoment; open: boolean; named: boolean }) {
  const { startedAt, endedAt, error } = run;
  const took = startedAt && endedAt ? ` · ${lasted(Date.parse(endedAt) - Date.parse(startedAt))}` : "";
  return (
    <details className="step-run" open={open}>
      <summary>
        {named ? run.name : ""} <StateTag state={run.status} /> {(run.attempt ?? 1) > 1 ? `try ${run.attempt}` : ""}
        <span className="muted">
          {startedAt ? clock(Date.parse(startedAt)) : ""}
          {took}
        </span>
      </summary>
      {error ? (
        <p className="bad">
          {error.title ?? error.type} {error.detail ? `: ${error.detail}` : ""}
        </p>
      ) : null}
      {run.input === undefined ? null : (
        <>
          <h3>In</h3>
          <Json value={run.input} />
        </>
      )}
      {run.output === undefined ? null : (
        <>
          <h3>Out</h3>
          <Json value={run.output} />
        </>
      )}
    </details>
  );
}

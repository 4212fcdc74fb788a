/** What waits for longer than it should: late timers, and long waits that can be ended for all at once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { actOnAll, type BulkAction, dryRun } from "../api/actions";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { ago } from "../ui/time";
import { type Late, lateTimers, longWaits, type Wait } from "./waits";

const FRESH_MS = 10_000;
const SAMPLE = 5;

const WORDS: Readonly<Record<BulkAction, { readonly button: string; readonly told: string }>> = {
  resume: { button: "Resume", told: "go on" },
  cancel: { button: "Cancel and undo", told: "are stopped, and what they did is undone" },
};

export function Waits() {
  const { data, error } = useQuery({
    queryKey: ["waits"],
    queryFn: async ({ signal }) => ({ long: await longWaits(signal), late: await lateTimers(signal) }),
    refetchInterval: FRESH_MS,
  });
  if (error) return <Notice error={error} />;
  if (!data || data.long.length + data.late.length === 0) return null;
  return (
    <section className="waits" aria-labelledby="waits-title">
      <h2 id="waits-title">Waits too long</h2>
      {data.late.map((late) => (
        <LateCard key={late.workflow} late={late} />
      ))}
      {data.long.map((wait) => (
        <WaitCard key={`${wait.kind.name} ${wait.workflow}`} wait={wait} />
      ))}
    </section>
  );
}

function LateCard({ late: { workflow, count, filter, entries } }: { late: Late }) {
  return (
    <article className="cause late">
      <h3>
        <Icon name="wait" size={14} />{" "}
        <Link className="row-link" href={`/instances?${new URLSearchParams(filter)}`}>
          {many(count)} of {workflow}
        </Link>
        {count === 1 ? "waits" : "wait"} for a time that has passed
      </h3>
      <p className="muted">
        The engine may be overloaded, or stopped.{" "}
        {count === 1 ? "It goes on as soon as its turn comes." : "They go on as soon as their turn comes."}
      </p>
      {entries.length < count ? <p>The {entries.length} that have been overdue for the longest:</p> : null}
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            <Link href={`/instances/${encodeURIComponent(entry.id)}`}>{entry.id}</Link>{" "}
            <span className="muted">was due {ago(entry.dueAt ?? entry.createdAt)}</span>
          </li>
        ))}
      </ul>
    </article>
  );
}

function WaitCard({ wait }: { wait: Wait }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState<BulkAction>();
  const acted = useMutation({
    mutationFn: ({ action, token }: { action: BulkAction; token: string }) =>
      actOnAll({ action, filter: wait.filter, reason, token }),
    onSettled: () => {
      setAsked(undefined);
      void client.invalidateQueries({ queryKey: ["waits"] });
    },
  });
  const refused = (acted.data?.items ?? []).filter(({ done }) => !done);
  return (
    <article className="cause wait">
      <h3>
        <Icon name="wait" size={14} />{" "}
        <Link className="row-link" href={`/instances?${new URLSearchParams(wait.filter)}`}>
          {many(wait.count)} of {wait.workflow}
        </Link>
      </h3>
      <p className="told">
        {wait.count === 1 ? wait.kind.told.replace("wait ", "waits ").replace("are still", "is still") : wait.kind.told}
        .
      </p>
      <div className="decide">
        <label className="field">
          <span>Reason: it is needed, and stays in the history of each</span>
          <input value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        <div className="action-row">
          {wait.kind.actions.map((action) => (
            <button
              key={action}
              type="button"
              className="button"
              disabled={!reason.trim() || acted.isPending}
              onClick={() => setAsked(action)}
            >
              {action === "cancel" ? <Icon name="undo" size={13} /> : null} {WORDS[action].button}
            </button>
          ))}
        </div>
      </div>
      {asked ? (
        <Dry
          wait={wait}
          action={asked}
          busy={acted.isPending}
          onGo={(token) => acted.mutate({ action: asked, token })}
          onLeave={() => setAsked(undefined)}
        />
      ) : null}
      {acted.error ? <Notice error={acted.error} /> : null}
      <div role="status">
        {refused.map(({ id, problem }) => (
          <p key={id} className="problem-error">
            {id}: {problem?.detail ?? problem?.title}
          </p>
        ))}
      </div>
    </article>
  );
}

interface DryProps {
  readonly wait: Wait;
  readonly action: BulkAction;
  readonly busy: boolean;
  readonly onGo: (token: string) => void;
  readonly onLeave: () => void;
}

/** The server says which they are; then it is done on just these, or refused where others have come. */
function Dry({ wait, action, busy, onGo, onLeave }: DryProps) {
  const { data, error } = useQuery({
    queryKey: ["dry", action, wait.filter],
    queryFn: ({ signal }) => dryRun({ action, filter: wait.filter }, signal),
    staleTime: 0,
    gcTime: 0,
  });
  if (error) return <Notice error={error} />;
  if (!data) return <p className="muted">Looking which they are …</p>;
  return (
    <div className="confirm" role="alert">
      <p>
        {many(data.count)} {WORDS[action].told}:{" "}
        {data.sample
          .slice(0, SAMPLE)
          .map(({ id }) => id)
          .join(", ")}
        {data.count > SAMPLE ? " …" : ""}
      </p>
      <button
        type="button"
        className="button primary"
        disabled={busy || data.count === 0}
        onClick={() => onGo(data.token)}
      >
        {busy ? "At work …" : `Do it for ${many(data.count)}`}
      </button>{" "}
      <button type="button" className="button" onClick={onLeave}>
        Not now
      </button>
    </div>
  );
}

const many = (count: number): string => `${count.toLocaleString("en")} instance${count === 1 ? "" : "s"}`;

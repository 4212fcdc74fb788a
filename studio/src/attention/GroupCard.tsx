/** One cause, the instances that it holds up, and what can be done about all of them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { act, getInstance } from "../api/instances";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { ago } from "../ui/time";
import type { Case, Group } from "./groups";

type Decision = "retry" | "skip" | "done";

const TOLD: Readonly<Record<Decision, string>> = {
  retry: "is tried again",
  skip: "is left as it is",
  done: "counts as done by hand",
};

/** Those that still wait for the same decision: another person may have been here. */
async function stillOpen(cases: readonly Case[]): Promise<Case[]> {
  const now = await Promise.all(cases.map((each) => getInstance(each.instance.id)));
  return cases.filter((each, index) =>
    now[index]?.incidents.some(({ run, undo }) => run === each.incident.run && undo === each.incident.undo),
  );
}

interface Outcome {
  readonly case: Case;
  readonly refused?: string;
}

/** One after the other: a repair that is refused keeps no other one from being made. */
async function decide(cases: readonly Case[], action: Decision, reason: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const each of cases) {
    const body = { run: each.incident.run, action, ...(reason ? { reason } : {}) };
    try {
      await act(each.instance.id, "resolve", body);
      outcomes.push({ case: each });
    } catch (error) {
      outcomes.push({ case: each, refused: error instanceof Error ? error.message : String(error) });
    }
  }
  return outcomes;
}

export function GroupCard({ group }: { group: Group }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState<Decision>();
  const repair = useMutation({
    mutationFn: ({ cases, action }: { cases: readonly Case[]; action: Decision }) => decide(cases, action, reason),
    onSettled: () => {
      setAsked(undefined);
      void client.invalidateQueries({ queryKey: ["attention"] });
    },
  });
  const count = group.cases.length;
  const many = `${count} instance${count === 1 ? "" : "s"}`;
  return (
    <article className="cause">
      <h2>
        <Icon name="stuck" />
        {group.undo ? `The undo of ${group.task} failed` : `${group.task} failed`}{" "}
        <span className="muted">· {group.error}</span>
      </h2>
      <p className="muted cause-of">
        {many} of {group.workflow}
      </p>
      <p>{group.cases[0]?.incident.error.detail ?? group.cases[0]?.incident.error.title}</p>
      <details>
        <summary>{count === 1 ? "Which one" : "Which ones"}</summary>
        <ul>
          {group.cases.map(({ instance }) => (
            <li key={instance.id}>
              <Link href={`/instances/${encodeURIComponent(instance.id)}`}>{instance.id}</Link>{" "}
              <span className="muted">started {ago(instance.createdAt)}</span>
            </li>
          ))}
        </ul>
      </details>
      <div className="decide">
        <label className="field">
          <span>Reason: it stays in the history of each. The last two need one.</span>
          <input value={reason} onChange={(event) => setReason(event.target.value)} />
        </label>
        <div className="action-row">
          <button type="button" className="button" disabled={repair.isPending} onClick={() => setAsked("retry")}>
            Try again
          </button>
          <button
            type="button"
            className="button"
            disabled={repair.isPending || !reason}
            onClick={() => setAsked("done")}
          >
            Done by hand
          </button>
          <button
            type="button"
            className="button"
            disabled={repair.isPending || !reason}
            onClick={() => setAsked("skip")}
          >
            Leave it
          </button>
        </div>
      </div>
      {asked ? (
        <Confirm
          group={group}
          decision={asked}
          busy={repair.isPending}
          onGo={(cases) => repair.mutate({ cases, action: asked })}
          onLeave={() => setAsked(undefined)}
        />
      ) : null}
      <div role="status">
        {(repair.data ?? [])
          .filter((each) => each.refused)
          .map((each) => (
            <p key={each.case.instance.id} className="problem-error">
              {each.case.instance.id}: {each.refused}
            </p>
          ))}
      </div>
    </article>
  );
}

interface ConfirmProps {
  readonly group: Group;
  readonly decision: Decision;
  readonly busy: boolean;
  readonly onGo: (cases: readonly Case[]) => void;
  readonly onLeave: () => void;
}

/** What would be done, before it is. */
function Confirm({ group, decision, busy, onGo, onLeave }: ConfirmProps) {
  const { data: open, error } = useQuery({
    queryKey: ["open", group.id, group.cases.map((each) => each.instance.id)],
    queryFn: () => stillOpen(group.cases),
    staleTime: 0,
    gcTime: 0,
  });
  if (error) return <Notice error={error} />;
  if (!open) return <p className="muted">Looking who still waits …</p>;
  const many = `${open.length} instance${open.length === 1 ? "" : "s"}`;
  const decided = group.cases.length - open.length;
  return (
    <div className="confirm" role="alert">
      <p>
        {group.undo ? `The undo of ${group.task}` : group.task} {TOLD[decision]} in {many}.
        {decided > 0 ? ` ${decided} no longer wait${decided === 1 ? "s" : ""}, and stay as they are.` : ""}
      </p>
      <button type="button" className="button primary" disabled={busy || open.length === 0} onClick={() => onGo(open)}>
        {busy ? "At work …" : `Do it for ${many}`}
      </button>{" "}
      <button type="button" className="button" onClick={onLeave}>
        Not now
      </button>
    </div>
  );
}

/** One cause, the instances that it holds up, and what can be done about all of them. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { act } from "../api/instances";
import { Icon } from "../ui/Icon";
import { ago } from "../ui/time";
import type { Case, Group } from "./groups";

type Decision = "retry" | "skip" | "done";

const TOLD: Readonly<Record<Decision, string>> = {
  retry: "is tried again",
  skip: "is left as it is",
  done: "counts as done by hand",
};

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
    mutationFn: (action: Decision) => decide(group.cases, action, reason),
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
        <Icon name="stuck" /> {group.undo ? `The undo of ${group.task} failed` : `${group.task} failed`}{" "}
        <span className="muted">· {group.error}</span>
      </h2>
      <p className="muted">
        {many} of {group.workflow}
      </p>
      <p>{group.cases[0]?.incident.error.detail ?? group.cases[0]?.incident.error.title}</p>
      <details>
        <summary>{many}</summary>
        <ul>
          {group.cases.map(({ instance }) => (
            <li key={instance.id}>
              <Link href={`/instances/${encodeURIComponent(instance.id)}`}>{instance.id}</Link>{" "}
              <span className="muted">started {ago(instance.createdAt)}</span>
            </li>
          ))}
        </ul>
      </details>
      <label className="field">
        <span>Reason: it stays in the history of each</span>
        <input value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      <div className="action-row">
        <button type="button" className="button primary" disabled={repair.isPending} onClick={() => setAsked("retry")}>
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
      {asked ? (
        <div className="confirm" role="alert">
          <p>
            {group.undo ? `The undo of ${group.task}` : group.task} {TOLD[asked]} in {many}.
          </p>
          <button
            type="button"
            className="button primary"
            disabled={repair.isPending}
            onClick={() => repair.mutate(asked)}
          >
            {repair.isPending ? "At work …" : `Do it for ${many}`}
          </button>{" "}
          <button type="button" className="button" onClick={() => setAsked(undefined)}>
            Not now
          </button>
        </div>
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

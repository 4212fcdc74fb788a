/** What can be done about an instance. What is decided about an incident needs its reason. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Action, act, type Incident, type Instance } from "../api/instances";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";

export function Actions({ instance }: { instance: Instance }) {
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: ({ action, body }: { action: Action; body: unknown }) => act(instance.id, action, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ["instance", instance.id] }),
  });
  if (instance.endedAt !== null && instance.incidents.length === 0 && !error) return null;
  const go = (action: Action, body: unknown = {}): void => mutate({ action, body });
  return (
    <section className="actions">
      {error ? <Notice error={error} /> : null}
      {instance.incidents.map((incident) => (
        <IncidentCard key={incident.run} incident={incident} busy={isPending} go={go} />
      ))}
      {instance.endedAt === null ? (
        <div className="action-row">
          {instance.status === "suspended" && instance.incidents.length === 0 ? (
            <button type="button" className="button" disabled={isPending} onClick={() => go("resume")}>
              <Icon name="play" size={13} /> Resume
            </button>
          ) : (
            <button type="button" className="button" disabled={isPending} onClick={() => go("suspend")}>
              <Icon name="pause" size={13} /> Suspend
            </button>
          )}
          <button type="button" className="button" disabled={isPending} onClick={() => go("cancel")}>
            <Icon name="undo" size={13} /> Cancel and undo
          </button>
        </div>
      ) : null}
    </section>
  );
}

interface CardProps {
  readonly incident: Incident;
  readonly busy: boolean;
  readonly go: (action: Action, body: unknown) => void;
}

function IncidentCard({ incident, busy, go }: CardProps) {
  const [reason, setReason] = useState("");
  const decide = (action: string): void => go("resolve", { run: incident.run, action, reason: reason || undefined });
  const name = incident.reference.split("/").at(-1);
  return (
    <div className="incident">
      <h2>
        <Icon name="stuck" />{" "}
        {incident.undo ? `The undo of ${name} failed` : `${name} failed after the point of no return`}
      </h2>
      <p>{incident.error.detail ?? incident.error.title}</p>
      <label className="field">
        <span>Reason</span>
        <input value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
      <div className="action-row">
        <button type="button" className="button primary" disabled={busy} onClick={() => decide("retry")}>
          Try again
        </button>
        <button type="button" className="button" disabled={busy || !reason} onClick={() => decide("done")}>
          Done by hand
        </button>
        <button type="button" className="button" disabled={busy || !reason} onClick={() => decide("skip")}>
          Leave it
        </button>
      </div>
    </div>
  );
}

/** What waits for a person, and what can be decided about it. What is not simply tried again needs a reason. */
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Action, Incident } from "../api/instances";
import { getMoment } from "../api/moments";
import { JsonForm } from "../debug/JsonForm";
import { Icon } from "../ui/Icon";
import { shortOf, toldBy } from "./failures";

interface Props {
  readonly instance: string;
  readonly incident: Incident;
  readonly busy: boolean;
  readonly go: (action: Action, body: unknown) => void;
}

export function IncidentCard({ instance, incident, busy, go }: Props) {
  const [reason, setReason] = useState("");
  const help = useId();
  const { data: moment } = useQuery({
    queryKey: ["instance", instance, "moment"],
    queryFn: ({ signal }) => getMoment(instance, undefined, signal),
  });
  const decide = (action: string, other: object = {}): void =>
    go("resolve", { run: incident.run, action, ...(reason ? { reason } : {}), ...other });
  const name = incident.reference.split("/").at(-1);
  const given = moment?.tasks.find((task) => task.run === incident.run)?.input;
  return (
    <div className="incident">
      <h2>
        <Icon name="stuck" />{" "}
        {incident.undo ? `The undo of ${name} failed` : `${name} failed after the point of no return`}
      </h2>
      {toldBy(incident.error).map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p className="muted">{shortOf(incident.error)}</p>
      <label className="field">
        <span>Reason</span>
        <input value={reason} aria-describedby={help} onChange={(event) => setReason(event.target.value)} />
        <small id={help}>It stays in the history. Done by hand and Leave it need one.</small>
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
      {moment ? (
        <JsonForm
          title="Try again with other input"
          label="What it is given"
          action="Try again with this"
          value={given}
          busy={busy}
          onSend={(input) => decide("retry", { input })}
        />
      ) : null}
    </div>
  );
}

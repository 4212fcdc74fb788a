/** What can be done about an instance. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Action, act, type Instance } from "../api/instances";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { IncidentCard } from "./IncidentCard";

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
        <IncidentCard key={incident.run} instance={instance.id} incident={incident} busy={isPending} go={go} />
      ))}
      {instance.endedAt === null ? (
        <div className="action-row">
          {instance.status !== "suspended" ? (
            <button type="button" className="button" disabled={isPending} onClick={() => go("suspend")}>
              <Icon name="pause" size={13} /> Suspend
            </button>
          ) : null}
          {instance.status === "suspended" && instance.incidents.length === 0 ? (
            <button type="button" className="button" disabled={isPending} onClick={() => go("resume")}>
              <Icon name="play" size={13} /> Resume
            </button>
          ) : null}
          <button type="button" className="button" disabled={isPending} onClick={() => go("cancel")}>
            <Icon name="undo" size={13} /> Cancel and undo
          </button>
        </div>
      ) : null}
    </section>
  );
}

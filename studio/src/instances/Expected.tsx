/** What an instance that has not ended waits for, and where: otherwise only its drawing would hint at it. */
import { useQuery } from "@tanstack/react-query";
import type { Instance } from "../api/instances";
import { getMoment, type Wait } from "../api/moments";
import { Icon, type IconName } from "../ui/Icon";
import { moment } from "../ui/time";

const SHOWN_MAX = 6;
const ICONS: Readonly<Record<string, IconName>> = {
  effect: "call",
  timer: "wait",
  event: "listen",
  start: "play",
  step: "pause",
  person: "pause",
};

export function Expected({ instance }: { instance: Instance }) {
  const open = instance.endedAt === null;
  const { data } = useQuery({
    queryKey: ["instance", instance.id, "moment", instance.sequence],
    queryFn: ({ signal }) => getMoment(instance.id, undefined, signal),
    enabled: open,
  });
  // What failed and waits for a decision stands above, with what can be decided.
  const waits = (data?.waits ?? []).filter((wait) => wait.error === undefined);
  const stuck = instance.incidents.length > 0;
  const told = stuck ? waits.filter((wait) => wait.for !== "person") : waits;
  if (!open || told.length === 0) return null;
  return (
    <section className="data" aria-label="What it waits for">
      <h2>Waits</h2>
      <ul className="expected">
        {told.slice(0, SHOWN_MAX).map((wait) => (
          <li key={JSON.stringify(wait)}>
            <Icon name={ICONS[wait.for] ?? "wait"} size={14} />
            <span>
              {wordOf(wait)} {wait.task ? <small className="muted">at {wait.task}</small> : null}
            </span>
          </li>
        ))}
      </ul>
      {told.length > SHOWN_MAX ? <p className="muted">and {told.length - SHOWN_MAX} more</p> : null}
    </section>
  );
}

export function wordOf(wait: Wait): string {
  switch (wait.for) {
    case "event":
      return wait.types?.includes("*") ? "for any event" : `for the event ${(wait.types ?? []).join(" or ")}`;
    case "timer":
      return wait.due === undefined ? "for a time" : `until ${moment(wait.due)}`;
    case "effect":
      return `for the answer of ${wait.function ?? "a call"}`;
    case "person":
      return `for a person who resumes it${wait.reason ? `: ${wait.reason}` : ""}`;
    default:
      return "for its next step";
  }
}

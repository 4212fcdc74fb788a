/** Everything that waits for a person, grouped by its cause; each group can be repaired at once. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "wouter";
import { countInstances, getInstance, listInstances } from "../api/instances";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { ago } from "../ui/time";
import { GroupCard } from "./GroupCard";
import { groupsOf } from "./groups";
import "./attention.css";

const SHOWN_MAX = 100;

export default function AttentionPage() {
  const { data, error, isPending } = useQuery({
    queryKey: ["attention"],
    queryFn: async () => {
      const page = await listInstances({ waitsFor: "incident", limit: String(SHOWN_MAX) });
      return { instances: await Promise.all(page.items.map((each) => getInstance(each.id))), more: page.next !== null };
    },
    refetchInterval: 5_000,
  });
  const groups = useMemo(() => groupsOf(data?.instances ?? []), [data]);
  return (
    <section className="page">
      <header className="page-head">
        <h1>Attention</h1>
      </header>
      {error ? <Notice error={error} /> : null}
      {isPending ? <p className="muted">Loading …</p> : null}
      {data && groups.length === 0 ? (
        <div className="empty">
          <h2>Nothing needs you</h2>
          <p className="muted">Undos that fail for good, and failures after a point of no return, come here.</p>
        </div>
      ) : null}
      {groups.map((group) => (
        <GroupCard key={group.id} group={group} />
      ))}
      {data?.more ? (
        <p className="muted">The first {SHOWN_MAX} instances are shown; repair these, and others follow.</p>
      ) : null}
      <Waits />
    </section>
  );
}

/** Long waits are no failures, and still what a person asks for. */
function Waits() {
  const { data } = useQuery({
    queryKey: ["waits"],
    queryFn: async () => ({
      suspended: await countInstances({ waitsFor: "resume" }),
      waiting: await listInstances({ waitsFor: "event", limit: "10" }),
    }),
    refetchInterval: 10_000,
  });
  if (!data || (data.suspended.total === 0 && data.waiting.items.length === 0)) return null;
  return (
    <section className="waits">
      <h2>Waiting</h2>
      {data.suspended.total > 0 ? (
        <p>
          <Icon name="pause" size={13} />{" "}
          <Link href="/instances?status=suspended&waitsFor=resume">{data.suspended.total} suspended by a person</Link>
        </p>
      ) : null}
      <ul>
        {data.waiting.items.map((each) => (
          <li key={each.id}>
            <Icon name="listen" size={13} /> <Link href={`/instances/${encodeURIComponent(each.id)}`}>{each.id}</Link>{" "}
            <span className="muted">
              of {each.workflow} waits for an event, started {ago(each.createdAt)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Everything that waits for a person, grouped by its cause; each group can be repaired at once. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getInstance, listInstances } from "../api/instances";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { GroupCard } from "./GroupCard";
import { type Group, groupsOf } from "./groups";
import { Waits } from "./Waits";
import "./attention.css";

const SHOWN_MAX = 100;

function toldOf(groups: readonly Group[]): string {
  const held = new Set(groups.flatMap(({ cases }) => cases.map(({ instance }) => instance.id))).size;
  const causes = groups.length === 1 ? "One cause holds" : `${groups.length} causes hold`;
  return `${causes} up ${held} instance${held === 1 ? "" : "s"}. What holds up most comes first.`;
}

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
          <Icon name="check" />
          <h2>Nothing needs you</h2>
          <p className="muted">Undos that fail for good, and failures after a point of no return, come here.</p>
        </div>
      ) : null}
      {groups.length > 0 ? <p className="muted causes">{toldOf(groups)}</p> : null}
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

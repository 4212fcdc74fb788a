/** Everything that waits for a person, grouped by its cause; each group can be repaired at once. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getInstance, listInstances } from "../api/instances";
import { Notice } from "../ui/Notice";
import { GroupCard } from "./GroupCard";
import { groupsOf } from "./groups";
import { Waits } from "./Waits";
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

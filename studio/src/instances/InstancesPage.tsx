/** Every instance, newest first, by what is asked for in the address. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { listInstances } from "../api/instances";
import { useSearchState } from "../app/search";
import { Notice } from "../ui/Notice";
import { StateTag } from "../ui/StateTag";
import { ago, lasted } from "../ui/time";

const STATUSES = ["running", "waiting", "suspended", "faulted", "cancelled", "completed"];

export default function InstancesPage() {
  const [search, setSearch] = useSearchState();
  const status = search.get("status") ?? "";
  const workflow = search.get("workflow") ?? "";
  const filter = { ...(status ? { status } : {}), ...(workflow ? { workflow } : {}) };
  const { data, error, hasNextPage, fetchNextPage, isPending } = useInfiniteQuery({
    queryKey: ["instances", status, workflow],
    queryFn: ({ pageParam }) => listInstances(filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: 3_000,
  });
  const found = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="page">
      <header className="page-head">
        <h1>Instances</h1>
        <label>
          <span className="visually-hidden">Status</span>
          <select
            className="button"
            value={status}
            onChange={(event) => setSearch({ status: event.target.value || undefined })}
          >
            <option value="">Any status</option>
            {STATUSES.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        {workflow ? (
          <button type="button" className="button" onClick={() => setSearch({ workflow: undefined })}>
            {workflow} ✕<span className="visually-hidden"> show all workflows</span>
          </button>
        ) : null}
      </header>
      {error ? <Notice error={error} /> : null}
      {isPending ? <p className="muted">Loading …</p> : null}
      {data && found.length === 0 ? (
        <div className="empty">
          <h2>No instances</h2>
          <p className="muted">{status || workflow ? "None matches what is asked for." : "Nothing was started yet."}</p>
        </div>
      ) : null}
      {found.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Instance</th>
              <th scope="col">Workflow</th>
              <th scope="col">Status</th>
              <th scope="col">Started</th>
              <th scope="col">Lasted</th>
            </tr>
          </thead>
          <tbody>
            {found.map((each) => (
              <tr key={each.id}>
                <td>
                  <Link href={`/instances/${encodeURIComponent(each.id)}`}>{each.id}</Link>
                </td>
                <td>{each.workflow}</td>
                <td>
                  <StateTag state={each.status} /> <SagaTag saga={each.saga} />
                </td>
                <td title={each.createdAt}>{ago(each.createdAt)}</td>
                <td>{each.endedAt ? lasted(Date.parse(each.endedAt) - Date.parse(each.createdAt)) : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {hasNextPage ? (
        <p>
          <button type="button" className="button" onClick={() => void fetchNextPage()}>
            Show more
          </button>
        </p>
      ) : null}
    </section>
  );
}

export function SagaTag({ saga }: { saga: string | null }) {
  if (saga === null) return null;
  const state = saga === "stuck" ? "stuck" : saga === "compensating" ? "undoing" : "undone";
  return <StateTag state={state} />;
}

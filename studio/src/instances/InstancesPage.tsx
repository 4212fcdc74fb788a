/** Every instance, newest first, by what is asked for in the address. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { type Counts, countInstances, listInstances } from "../api/instances";
import { useSearchState } from "../app/search";
import { Notice } from "../ui/Notice";
import { StateTag } from "../ui/StateTag";
import { ago, lasted } from "../ui/time";

const STATUSES = ["running", "waiting", "suspended", "faulted", "cancelled", "completed"];

export default function InstancesPage() {
  const [search, setSearch] = useSearchState();
  const status = search.get("status") ?? "";
  const workflow = search.get("workflow") ?? "";
  const key = search.get("businessKey") ?? "";
  const filter = filterOf(search);
  const narrowed = Object.keys(filter).length > 0;
  const { data, error, hasNextPage, fetchNextPage, isPending } = useInfiniteQuery({
    queryKey: ["instances", filter],
    queryFn: ({ pageParam }) => listInstances(filter, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: 3_000,
  });
  const { data: counts } = useQuery({
    queryKey: ["counts", filter],
    queryFn: () => countInstances(filter),
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
        <input
          className="button"
          type="search"
          placeholder="Business key"
          aria-label="Business key"
          defaultValue={key}
          onKeyDown={(event) => {
            if (event.key === "Enter") setSearch({ businessKey: event.currentTarget.value || undefined });
          }}
        />
        {workflow ? (
          <button type="button" className="button" onClick={() => setSearch({ workflow: undefined })}>
            {workflow} ✕<span className="visually-hidden"> show all workflows</span>
          </button>
        ) : null}
      </header>
      {error ? <Notice error={error} /> : null}
      {counts ? <Tally counts={counts} /> : null}
      {isPending ? <p className="muted">Loading …</p> : null}
      {data && found.length === 0 ? (
        <div className="empty">
          <h2>No instances</h2>
          <p className="muted">{narrowed ? "None matches what is asked for." : "Nothing was started yet."}</p>
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

const FILTERS = ["status", "workflow", "businessKey", "waitsFor", "errorType", "saga", "correlation"];

/** What is asked for in the address, as the server takes it. */
function filterOf(search: URLSearchParams): Record<string, string> {
  return Object.fromEntries(FILTERS.flatMap((name) => (search.get(name) ? [[name, search.get(name) as string]] : [])));
}

function Tally({ counts }: { counts: Counts }) {
  return (
    <p className="tally" role="status">
      {counts.total.toLocaleString("en")}
      {counts.atLeast ? " or more" : ""} in all
      {Object.entries(counts.byStatus).map(([status, count]) => (
        <span key={status}>
          {" · "}
          {count.toLocaleString("en")} {status}
        </span>
      ))}
    </p>
  );
}

export function SagaTag({ saga }: { saga: string | null }) {
  if (saga === null) return null;
  const state = saga === "stuck" ? "stuck" : saga === "compensating" ? "undoing" : "undone";
  return <StateTag state={state} />;
}

/** Every instance, newest first, by what is asked for in the address. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { Link } from "wouter";
import { type Counts, countInstances } from "../api/instances";
import { useSearchState } from "../app/search";
import { StartButton } from "../start/StartButton";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { columnsOf } from "./columns";
import { FilterBar, StatusChips } from "./FilterBar";
import { asked, type Filter, filterOf, statusesOf } from "./filter";
import { InstanceGrid, type Sight } from "./InstanceGrid";
import { useInstances } from "./useInstances";
import "./list.css";

const COUNTED_MS = 3_000;

export default function InstancesPage() {
  const [search] = useSearchState();
  const find = search.get("find") ?? "";
  const filter = filterOf(search);
  const wanted: Filter = find ? { ...filter, businessKeyPrefix: find } : filter;
  const sight = useRef<Sight>({ range: [0, 0], still: () => true });
  const list = useInstances(
    wanted,
    () => sight.current.range,
    () => sight.current.still(),
  );
  const { status, ...others } = wanted;
  const { data: counts } = useQuery({
    queryKey: ["counts", others],
    queryFn: ({ signal }) => countInstances(asked(others), signal),
    refetchInterval: COUNTED_MS,
  });
  const errorTypes = useMemo(
    () => [...new Set((list.entries ?? []).flatMap(({ errorType }) => (errorType ? [errorType] : [])))].sort(),
    [list.entries],
  );
  const total = status ? counts && ofStatuses(counts, statusesOf(status)) : counts?.total;
  const narrowed = Object.keys(wanted).length > 0;
  return (
    <section className="list-page">
      <header className="page-head">
        <h1>Instances</h1>
        {list.added > 0 ? (
          <button type="button" className="button" onClick={list.again}>
            Show {list.added.toLocaleString("en")} new
          </button>
        ) : null}
        <StartButton word="Start one" primary />
      </header>
      <FilterBar errorTypes={errorTypes} />
      <StatusChips counts={counts} />
      <div>
        {list.error ? <Notice error={list.error} /> : null}
        {find && list.entries?.length !== 0 ? <ById id={find} /> : null}
      </div>
      {list.entries === undefined && !list.error ? <p className="muted">Loading …</p> : null}
      {list.entries && list.entries.length > 0 ? (
        <InstanceGrid
          key={JSON.stringify(wanted)}
          entries={list.entries}
          gone={list.gone}
          columns={columnsOf(search)}
          total={total}
          more={list.more}
          next={list.next}
          sight={sight}
        />
      ) : null}
      {list.entries?.length === 0 ? <NoneHere find={find} narrowed={narrowed} /> : null}
    </section>
  );
}

const ofStatuses = ({ byStatus }: Counts, statuses: readonly string[]): number =>
  statuses.reduce((sum, each) => sum + (byStatus[each] ?? 0), 0);

/** What was typed may be an id as well: then its page is one step away. */
function ById({ id }: { id: string }) {
  return (
    <p className="found">
      Those whose business key begins so. Or open the one with this id:{" "}
      <Link href={`/instances/${encodeURIComponent(id)}`}>{id}</Link>
    </p>
  );
}

function NoneHere({ find, narrowed }: { find: string; narrowed: boolean }) {
  const [search, setSearch] = useSearchState();
  const showAll = (): void => setSearch(Object.fromEntries([...search.keys()].map((name) => [name, undefined])));
  return (
    <div className="empty">
      <Icon name={narrowed ? "search" : "runs"} />
      <h2>{narrowed ? "None matches" : "No instances"}</h2>
      <p className="muted">{wordsOf(find, narrowed)}</p>
      {narrowed ? (
        <p className="empty-ways">
          {find ? (
            <Link className="button" href={`/instances/${encodeURIComponent(find)}`}>
              Open {find}
            </Link>
          ) : null}
          <button type="button" className="button" onClick={showAll}>
            Show all
          </button>
        </p>
      ) : (
        <Link className="button" href="/workflows">
          Start one from its workflow
        </Link>
      )}
    </div>
  );
}

function wordsOf(find: string, narrowed: boolean): string {
  if (find) return `No business key that fits begins with “${find}”. Is it the id of an instance?`;
  return narrowed ? "No instance fits everything that is asked for above." : "Nothing was started yet.";
}

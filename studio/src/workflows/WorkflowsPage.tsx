/** Every workflow: its newest version, how much of it can be undone, and how it is doing. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { listWorkflows, type WorkflowEntry } from "../api/workflows";
import { useSearchState } from "../app/search";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { ago } from "../ui/time";
import { workflowAddress } from "./addresses";
import { Day, Now, Undoable } from "./Health";
import { asked, listed, type Order, sortingOf } from "./listing";
import { VersionState } from "./VersionState";
import "./workflows.css";

const AGAIN_MS = 5_000;

export default function WorkflowsPage() {
  const [search, setSearch] = useSearchState();
  const { data, error, isPending } = useQuery({
    queryKey: ["workflows"],
    queryFn: listWorkflows,
    refetchInterval: AGAIN_MS,
  });
  const text = search.get("q") ?? "";
  const sorting = sortingOf(search.get("sort"));
  const found = data ? listed(data.items, text, sorting) : [];
  return (
    <section className="page">
      <header className="page-head">
        <h1>Workflows</h1>
        {data && data.items.length > 0 ? (
          <input
            className="button search"
            type="search"
            placeholder="Search"
            aria-label="Search workflows"
            value={text}
            onChange={(event) => setSearch({ q: event.target.value || undefined })}
          />
        ) : null}
        <Link className={data?.items.length === 0 ? "button" : "button primary"} href="/workflows/new">
          <Icon name="plus" /> New workflow
        </Link>
      </header>
      {error ? <Notice error={error} /> : null}
      {isPending && !error ? <p className="muted">Loading …</p> : null}
      {data && data.items.length === 0 ? <Empty /> : null}
      {data && data.items.length > 0 && found.length === 0 ? (
        <div className="empty">
          <Icon name="search" />
          <h2>None is called that</h2>
          <p className="muted">{`No workflow has “${text}” in its name or title.`}</p>
          <button type="button" className="button" onClick={() => setSearch({ q: undefined })}>
            Show all
          </button>
        </div>
      ) : null}
      {found.length > 0 ? (
        <div className="scrolled">
          <table className="table workflows">
            <thead>
              <tr>
                {COLUMNS.map(([by, label, kind]) => (
                  <th
                    key={label}
                    scope="col"
                    className={kind}
                    aria-sort={sorting.by === by ? (sorting.reversed ? "descending" : "ascending") : undefined}
                  >
                    {by ? (
                      <button type="button" className="sort" onClick={() => setSearch({ sort: asked(sorting, by) })}>
                        {label}
                        <span aria-hidden="true">{sorting.by === by ? (sorting.reversed ? "▴" : "▾") : ""}</span>
                      </button>
                    ) : (
                      label
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.map((each) => (
                <Row key={`${each.namespace}/${each.name}`} workflow={each} />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}

const COLUMNS: readonly (readonly [by: Order | undefined, label: string, kind: string])[] = [
  ["name", "Workflow", ""],
  [undefined, "Newest", "when-roomy"],
  ["undo", "Undo", ""],
  ["attention", "Now", ""],
  ["failed", "Ended in 24 hours", "when-roomy"],
  ["published", "Published", "when-wide"],
];

function Row({ workflow }: { workflow: WorkflowEntry }) {
  const { namespace, name, title, newest, versions, undo, health } = workflow;
  return (
    <tr>
      <td>
        <span className="muted">{namespace} / </span>
        <Link className="row-link" href={workflowAddress(workflow)}>
          {name}
        </Link>
        {title ? <p className="muted small">{title}</p> : null}
      </td>
      <td className="when-roomy">
        {newest.version} <VersionState version={newest} />
        {versions > 1 ? <p className="muted small">of {versions} versions</p> : null}
      </td>
      <td>
        <Undoable undo={undo} />
      </td>
      <td>
        <Now health={health} workflow={`${namespace}/${name}`} />
      </td>
      <td className="when-roomy">
        <Day day={health.day} />
      </td>
      <td className="when-wide when" title={newest.publishedAt}>
        {ago(newest.publishedAt)}
      </td>
    </tr>
  );
}

function Empty() {
  return (
    <div className="empty">
      <Icon name="flow" />
      <h2>Nothing is published yet</h2>
      <p className="muted">
        Begin with an example whose steps can all be undone, or publish a document of your own with{" "}
        <code>counterpoint serve checkout.yaml</code>.
      </p>
      <div className="action-row">
        <Link className="button primary" href="/workflows/new?template=checkout">
          Open the checkout saga
        </Link>
        <Link className="button" href="/workflows/new">
          Choose another template
        </Link>
      </div>
    </div>
  );
}

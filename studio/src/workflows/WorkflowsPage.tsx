/** Every workflow, with its newest version and how it is doing. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { type DefinitionEntry, listDefinitions } from "../api/definitions";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { ago } from "../ui/time";

interface Workflow {
  readonly newest: DefinitionEntry;
  readonly versions: number;
}

/** One row for each name; of the same name the last published is the newest. */
function byName(items: readonly DefinitionEntry[]): Workflow[] {
  const found = new Map<string, Workflow>();
  for (const each of items) {
    const key = `${each.namespace}/${each.name}`;
    found.set(key, { newest: each, versions: (found.get(key)?.versions ?? 0) + 1 });
  }
  return [...found.values()].sort((a, b) => a.newest.reference.localeCompare(b.newest.reference));
}

export default function WorkflowsPage() {
  const { data, error, isPending } = useQuery({ queryKey: ["definitions"], queryFn: listDefinitions });
  const workflows = data ? byName(data.items) : [];
  return (
    <section className="page">
      <header className="page-head">
        <h1>Workflows</h1>
        <Link className="button primary" href="/workflows/new">
          <Icon name="plus" /> New workflow
        </Link>
      </header>
      {error ? <Notice error={error} /> : null}
      {isPending ? <p className="muted">Loading …</p> : null}
      {data && workflows.length === 0 ? <Empty /> : null}
      {workflows.length > 0 ? (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Newest version</th>
              <th scope="col">Versions</th>
              <th scope="col">Published</th>
              <th scope="col">
                <span className="visually-hidden">Instances</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {workflows.map(({ newest, versions }) => (
              <tr key={newest.reference}>
                <td>
                  <span className="muted">{newest.namespace} / </span>
                  <Link href={`/workflows/${newest.namespace}/${newest.name}/edit`}>{newest.name}</Link>
                </td>
                <td>{newest.version}</td>
                <td>{versions}</td>
                <td title={newest.publishedAt}>{ago(newest.publishedAt)}</td>
                <td>
                  <Link href={`/instances?workflow=${encodeURIComponent(newest.reference)}`}>Instances</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}

function Empty() {
  return (
    <div className="empty">
      <h2>Nothing is published yet</h2>
      <p className="muted">Draw a first workflow, or publish a document with `counterpoint serve checkout.yaml`.</p>
      <Link className="button primary" href="/workflows/new?template=checkout">
        Open the checkout saga
      </Link>
    </div>
  );
}

/** Failures that have their step and their error in common, and the way to who had them. */
import { Link } from "wouter";
import type { Cluster } from "../api/insights";
import { errorWord } from "../instances/filter";
import { Icon } from "../ui/Icon";
import { ago } from "../ui/time";
import { counted, number } from "./words";

const SHOWN_MAX = 20;

export function Clusters({ clusters }: { clusters: readonly Cluster[] }) {
  return (
    <section aria-labelledby="clusters-title" className="clusters">
      <h2 id="clusters-title">What fails</h2>
      {clusters.length === 0 ? <p className="muted">Nothing has failed in this time.</p> : null}
      <ol>
        {clusters.slice(0, SHOWN_MAX).map((cluster) => (
          <li key={`${cluster.workflow} ${cluster.reference} ${cluster.undo} ${cluster.errorType} ${cluster.status}`}>
            <Told cluster={cluster} />
          </li>
        ))}
      </ol>
      {clusters.length > SHOWN_MAX ? (
        <p className="muted">and {counted(clusters.length - SHOWN_MAX, "smaller cluster")}</p>
      ) : null}
    </section>
  );
}

function Told({ cluster }: { cluster: Cluster }) {
  const { workflow, reference, undo, errorType, status, title } = cluster;
  const error = `${title || errorWord(errorType)}${status ? ` · ${status}` : ""}`;
  const list = `/instances?workflow=${encodeURIComponent(workflow)}&errorType=${encodeURIComponent(errorType)}`;
  return (
    <article className="cluster" aria-label={`${undo ? `undo of ${cluster.name}` : cluster.name}: ${error}`}>
      <b className="cluster-count">{number(cluster.count)}</b>
      <div>
        <h3>
          <Icon name={undo ? "stuck" : "cross"} size={13} /> {undo ? `The undo of ${cluster.name} fails` : cluster.name}
          <span className="muted"> · {error}</span>
        </h3>
        <p className="muted">
          in {workflow}, last {ago(cluster.lastAt)}
        </p>
        <p className="cluster-links">
          {undo ? <Link href="/attention">Repair them</Link> : <Link href={list}>Instances that ended with it</Link>}
          <span className="muted">The latest:</span>
          {cluster.instances.map((id) => (
            <Link key={id} href={`/instances/${encodeURIComponent(id)}?sel=${encodeURIComponent(reference)}`}>
              {id}
            </Link>
          ))}
        </p>
      </div>
    </article>
  );
}

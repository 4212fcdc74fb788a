/** The instances that were started last, each with the way to it. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { listInstances } from "../api/instances";
import { SagaTag } from "../instances/SagaTag";
import { StateTag } from "../ui/StateTag";
import { ago, lasted } from "../ui/time";

const SHOWN = "6";
const AGAIN_MS = 5_000;

/** `workflow` is `namespace/name`. */
export function Latest({ workflow }: { workflow: string }) {
  const { data } = useQuery({
    queryKey: ["latest", workflow],
    queryFn: ({ signal }) => listInstances({ workflow, limit: SHOWN }, undefined, signal),
    refetchInterval: AGAIN_MS,
  });
  if (!data) return null;
  return (
    <div className="scrolled">
      <table className="table latest">
        <thead>
          <tr>
            <th scope="col">Started last</th>
            <th scope="col">Status</th>
            <th scope="col">Started</th>
            <th scope="col" className="number">
              Lasted
            </th>
          </tr>
        </thead>
        <tbody>
          {data.items.map(({ id, status, saga, waitsFor, createdAt, endedAt }) => (
            <tr key={id}>
              <td>
                <Link className="row-link" href={`/instances/${encodeURIComponent(id)}`}>
                  {id}
                </Link>
              </td>
              <td>
                <span className="tags">
                  {waitsFor.includes("incident") ? (
                    <StateTag state="stuck" />
                  ) : (
                    <>
                      <StateTag state={status} /> <SagaTag saga={saga} />
                    </>
                  )}
                </span>
              </td>
              <td className="when" title={createdAt}>
                {ago(createdAt)}
              </td>
              <td className="number">{endedAt ? lasted(Date.parse(endedAt) - Date.parse(createdAt)) : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** On which data an expression is evaluated: those of a trial, or of an instance that really ran. */
import { useQuery } from "@tanstack/react-query";
import { useContext, useId } from "react";
import type { Visible } from "../api/expressions";
import { listInstances } from "../api/instances";
import { stateOf } from "../ui/states";
import { ExpressionScope } from "./scope";
import type { Origin } from "./useKnown";

interface Props {
  /** The field that it is for. */
  readonly label: string;
  readonly visible: Visible | undefined;
  readonly origin: Origin;
}

const OFFERED_MAX = "10";

export function DataChoice({ label, visible, origin }: Props) {
  const id = useId();
  const scope = useContext(ExpressionScope);
  const workflow = scope?.workflow;
  const { data } = useQuery({
    queryKey: ["recent instances", workflow],
    queryFn: ({ signal }) => listInstances({ workflow: workflow ?? "", limit: OFFERED_MAX }, undefined, signal),
    enabled: workflow !== undefined,
    retry: false,
  });
  const recent = data?.items ?? [];
  const { instance, onInstance } = scope ?? {};
  if (!visible) return null;
  const supposed = visible.reached ? "the data of a trial" : "made-up data: a trial does not come here";
  if (!onInstance || (recent.length === 0 && instance === undefined)) {
    return <small className="muted data-choice">with {supposed}</small>;
  }
  const gone = instance !== undefined && recent.every((each) => each.id !== instance);
  return (
    <div className="data-choice">
      <label htmlFor={id}>with</label>
      <select
        id={id}
        aria-label={`Data for ${label}`}
        aria-describedby={`${id}-missed`}
        value={instance ?? ""}
        onChange={(event) => onInstance(event.target.value || undefined)}
      >
        <option value="">{supposed}</option>
        {gone ? <option value={instance}>{instance}</option> : null}
        {recent.map((each) => (
          <option key={each.id} value={each.id}>
            {each.businessKey ?? each.id} ({stateOf(each.status).word})
          </option>
        ))}
      </select>
      <small id={`${id}-missed`} className="muted" role="status">
        {origin === "missed" ? `It did not come this far: with ${supposed}.` : ""}
      </small>
    </div>
  );
}

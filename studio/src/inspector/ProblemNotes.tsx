/** What the server says is wrong, at the field that it is about. */
import type { Diagnostic } from "../api/http";
import { Icon } from "../ui/Icon";

export function ProblemNotes({ problems, id }: { problems: readonly Diagnostic[]; id?: string }) {
  if (problems.length === 0) return null;
  return (
    <ul className="field-problems" id={id}>
      {problems.map((each) => (
        <li
          key={`${each.code}${each.pointer}${each.message}`}
          className={each.severity === "error" ? "problem-error" : "problem-warning"}
        >
          <Icon name={each.severity === "error" ? "cross" : "alert"} size={13} />
          <span>
            {each.message}
            {each.hint ? <small className="muted"> {each.hint}</small> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What the server says is wrong with the document, each with the way to it. */
import type { Diagnostic } from "../api/http";
import { Icon } from "../ui/Icon";

interface Props {
  readonly diagnostics: readonly Diagnostic[];
  readonly onOpen: (diagnostic: Diagnostic) => void;
}

export function Problems({ diagnostics, onOpen }: Props) {
  if (diagnostics.length === 0) return null;
  return (
    <section className="problems" aria-label="Problems">
      <ul>
        {diagnostics.map((each) => (
          <li key={`${each.code}${each.line}:${each.column}${each.message}`}>
            <button type="button" onClick={() => onOpen(each)}>
              <span className={each.severity === "error" ? "problem-error" : "problem-warning"}>
                <Icon name={each.severity === "error" ? "cross" : "alert"} size={14} />
              </span>
              <span>
                {each.message}
                {each.hint ? <small className="muted"> {each.hint}</small> : null}
              </span>
              <code className="muted">
                {each.line === null ? "" : `${each.line}:${each.column} `}
                {each.code}
              </code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

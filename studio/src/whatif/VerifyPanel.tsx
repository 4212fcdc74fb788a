/** Every way in which the document can go: what is found, each with its story. */
import { useMutation } from "@tanstack/react-query";
import { type Finding, verify } from "../api/rehearsals";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";

interface Props {
  readonly text: string;
  readonly onSelect: (id: string) => void;
}

export function VerifyPanel({ text, onSelect }: Props) {
  const { mutate, data, error, isPending, variables } = useMutation({ mutationFn: (asked: string) => verify(asked) });
  const stale = variables !== undefined && variables !== text;
  return (
    <section className="verify" aria-label="Verification">
      <h3 className="or">Every way in which it can go</h3>
      <button type="button" className="button wide" disabled={isPending} onClick={() => mutate(text)}>
        <Icon name="search" size={14} /> {isPending ? "Exploring …" : "Verify"}
      </button>
      {error ? <Notice error={error} /> : null}
      {data && !isPending ? (
        <div role="status">
          <p className="muted">
            {stale ? "Before the last change: " : ""}
            {data.states.toLocaleString("en")} states, {data.ends.toLocaleString("en")} ends
            {data.unexplored ? `; ${data.unexplored.toLocaleString("en")} states were not explored` : ""}
          </p>
          {data.findings.length === 0 ? (
            <p className="verdict-valid">
              <Icon name="check" size={14} /> It always ends consistent
            </p>
          ) : null}
        </div>
      ) : null}
      {data?.findings.map((each) => (
        <FindingCard key={`${each.code}${each.pointer}${each.message}`} finding={each} onSelect={onSelect} />
      ))}
    </section>
  );
}

function FindingCard({ finding, onSelect }: { finding: Finding; onSelect: (id: string) => void }) {
  return (
    <details className="finding">
      <summary>
        <span className={finding.severity === "error" ? "problem-error" : "problem-warning"}>
          <Icon name={finding.severity === "error" ? "cross" : "alert"} size={14} />
        </span>
        <span>
          {finding.title}: {finding.task} <code className="muted">{finding.code}</code>
        </span>
      </summary>
      <p>{finding.message}</p>
      {finding.story ? (
        <ol className="finding-story">
          {finding.story.steps.map((step, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a story never change
            <li key={index}>{step}</li>
          ))}
        </ol>
      ) : null}
      {finding.hint ? <p className="muted">{finding.hint}</p> : null}
      <button type="button" className="button" onClick={() => onSelect(finding.pointer)}>
        Show {finding.task}
      </button>
    </details>
  );
}

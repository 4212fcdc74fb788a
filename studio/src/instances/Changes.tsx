/** What a step of the history has changed in the data. */
import type { Difference } from "../api/moments";

const SHOWN_MAX = 60;

export function Changes({ changes }: { changes: readonly Difference[] }) {
  if (changes.length === 0) return null;
  return (
    <section className="data" aria-label="Changes">
      <h2>Changed by this step</h2>
      <ul className="changes">
        {changes.slice(0, SHOWN_MAX).map((each) => (
          <li key={each.pointer}>
            <code>{each.pointer || "/"}</code>
            {"before" in each ? <del>{told(each.before)}</del> : null}
            {"after" in each ? <ins>{told(each.after)}</ins> : null}
          </li>
        ))}
      </ul>
      {changes.length > SHOWN_MAX ? <p className="muted">and {changes.length - SHOWN_MAX} more</p> : null}
    </section>
  );
}

function told(value: unknown): string {
  const text = JSON.stringify(value) ?? "";
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

/** What differs, in words: what may break somebody first. Each leads to its step. */
import type { Compatibility, Difference } from "../api/compatibility";

interface Props {
  readonly found: Compatibility;
  /** What was chosen: `a:` (earlier) or `b:` (later) and a JSON pointer. Without it they lead nowhere. */
  readonly onOpen?: (chosen: string) => void;
}

export function Findings({ found, onOpen }: Props) {
  const parts = [
    ["May break somebody", found.findings.filter((each) => each.severity === "breaking")],
    [
      found.verdict === "breaking" ? "Other changes" : "Changes",
      found.findings.filter((each) => each.severity !== "breaking"),
    ],
  ] as const;
  return (
    <>
      {parts.map(([title, findings]) =>
        findings.length === 0 ? null : (
          <section key={title} className="findings">
            <h2>{title}</h2>
            <ul>
              {findings.map((each, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two findings may say the same, and none ever moves
                <li key={index} className={each.severity}>
                  <Found finding={each} onOpen={onOpen} />
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </>
  );
}

function Found({ finding, onOpen }: { finding: Difference; onOpen: Props["onOpen"] }) {
  const { what, why, before, after } = finding;
  const text = (
    <>
      <b>{coded(what)}</b>
      <span className="muted">{coded(why)}</span>
    </>
  );
  const place = after ? `b:${after.pointer}` : before ? `a:${before.pointer}` : undefined;
  if (!onOpen || place === undefined) return <p>{text}</p>;
  return (
    <button type="button" onClick={() => onOpen(place)}>
      {text}
    </button>
  );
}

/** Text with code between backticks. */
function coded(text: string) {
  return text.split("`").map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence
    index % 2 === 1 ? <code key={index}>{part}</code> : <span key={index}>{part}</span>,
  );
}

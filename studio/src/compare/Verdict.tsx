/** Whether somebody who relies on the earlier version may fail with the later one, and what that asks of its number. */
import type { Bump, Compatibility } from "../api/compatibility";
import { Icon } from "../ui/Icon";

interface Props {
  readonly found: Compatibility;
  /** Whether it is said what the number of the version should do, and does. */
  readonly numbered?: boolean;
}

export function Verdict({ found, numbered = true }: Props) {
  if (found.findings.length === 0) {
    return (
      <div className="verdict same">
        <p>
          <Icon name="check" /> <b>Nothing differs</b>
        </p>
        <p>Both do the same. Only the number, or how the text is written, may be another.</p>
      </div>
    );
  }
  const breaking = found.findings.filter((each) => each.severity === "breaking").length;
  return (
    <div className={`verdict ${found.verdict}`}>
      <p>
        <Icon name={breaking > 0 ? "alert" : "check"} /> <b>{breaking > 0 ? "May break somebody" : "Breaks nobody"}</b>
      </p>
      <p>{breaking > 0 ? failing(breaking, found.findings.length) : harmless(found.findings.length)}</p>
      {numbered ? <p>{numberTold(found)}</p> : null}
    </div>
  );
}

const failing = (breaking: number, all: number): string =>
  `${breaking === all ? changes(all) : `${breaking} of ${changes(all)}`} may fail for whoever relies on the earlier version.`;

const harmless = (all: number): string => `${changes(all)}. Whoever relies on the earlier version is served as before.`;

const changes = (count: number): string => `${count} change${count === 1 ? "" : "s"}`;

/** What the number of the version should do, and does. */
function numberTold({ bumpNeeded, bumpMade, bumpEnough }: Compatibility): string {
  if (bumpMade === "prerelease") return "The earlier version is a prerelease: it has promised nothing.";
  if (bumpEnough) return `The number has gone up far enough: these changes ask for ${WORDS[bumpNeeded]}.`;
  return `The number has not gone up far enough: these changes ask for ${WORDS[bumpNeeded]}.`;
}

const WORDS: Record<Bump, string> = {
  none: "no new number",
  patch: "a new patch version (the last number)",
  minor: "a new minor version (the number in the middle)",
  major: "a new major version (the first number)",
};

/** Why an instance has failed: what was said, where, and all of it for whom it helps. */
import type { Problem } from "../api/instances";
import { useSearchState } from "../app/search";
import { Icon } from "../ui/Icon";
import { shortOf, toldBy } from "./failures";

/** What is longer would push away what else is known of the instance; all of it stands below. */
const TOLD_MAX = 480;
const beginningOf = (line: string): string =>
  line.length > TOLD_MAX ? `${line.slice(0, TOLD_MAX).replace(/\s+\S*$/, "")} …` : line;

export function Failure({ error }: { error: Problem }) {
  const [, setSearch] = useSearchState();
  const step = error.instance?.split("/").at(-1);
  return (
    <section className="data failure" aria-label="Error">
      <h2>
        <Icon name="cross" size={15} /> <span>{step ? `${step} failed` : "Failed"}</span>
      </h2>
      {toldBy(error).map((line) => (
        <p key={line}>{beginningOf(line)}</p>
      ))}
      <p className="muted">{shortOf(error)}</p>
      {error.instance ? (
        <button type="button" className="button" onClick={() => setSearch({ sel: error.instance, view: undefined })}>
          Show the step
        </button>
      ) : null}
      <details>
        <summary>All of the error</summary>
        <pre>{JSON.stringify(error, null, 2)}</pre>
      </details>
    </section>
  );
}

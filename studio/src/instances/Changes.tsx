/** What a step of the history has changed in the data. */
import { useMemo } from "react";
import type { Task } from "../api/instances";
import type { Difference } from "../api/moments";
import { gathered, type Line } from "./changed";
import { Json } from "./Json";

const SHOWN_MAX = 60;
const SHORT_CHARS = 120;

export function Changes({ changes, tasks }: { changes: readonly Difference[]; tasks: readonly Task[] }) {
  const names = useMemo(() => new Map(tasks.map(({ run, name }) => [run, name])), [tasks]);
  const found = useMemo(() => gathered(changes.slice(0, SHOWN_MAX), names), [changes, names]);
  if (changes.length === 0) return null;
  return (
    <section className="data" aria-label="Changes">
      <h2>Changed by this step</h2>
      {found.map(({ title, lines }) => (
        <div key={title} className="changed">
          <h3>{title}</h3>
          <ul className="changes">
            {lines.map((line) => (
              <Shown key={line.place} line={line} />
            ))}
          </ul>
        </div>
      ))}
      {changes.length > SHOWN_MAX ? <p className="muted">and {changes.length - SHOWN_MAX} more</p> : null}
    </section>
  );
}

function Shown({ line }: { line: Line }) {
  return (
    <li>
      {line.place ? <code>{line.place}</code> : null}
      {"before" in line && !(line.before === null && "after" in line) ? (
        <del>
          <Value value={line.before} />
        </del>
      ) : null}
      {"after" in line ? (
        <ins>
          <Value value={line.after} />
        </ins>
      ) : null}
    </li>
  );
}

/** Short ones in the line; long ones folded, with their beginning. */
function Value({ value }: { value: unknown }) {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  if (text.length <= SHORT_CHARS) return <>{text}</>;
  return (
    <details>
      <summary>{text.slice(0, SHORT_CHARS)} …</summary>
      <Json value={value} />
    </details>
  );
}

/** The breakpoints, each with its condition. */
import { useState } from "react";
import type { Breakpoint } from "../api/debugging";
import { Icon } from "../ui/Icon";
import { ANY_FAULT, type Breakpoints } from "./breakpoints";

export function BreakpointList({ all, toggle, condition }: Breakpoints) {
  const faults = all.some((each) => each.on === "fault");
  return (
    <section className="data" aria-label="Breakpoints">
      <h3>Breakpoints</h3>
      <label className="check">
        <input type="checkbox" checked={faults} onChange={() => toggle(ANY_FAULT)} />
        Stop when a task has failed, before anything is undone
      </label>
      {all.some((each) => each.on !== "fault") ? null : (
        <p className="muted">None. Press B on a step, or click at its left edge.</p>
      )}
      <ul>
        {all
          .filter((each) => each.on !== "fault")
          .map((each) => (
            <Row
              key={`${each.on}${each.task}`}
              one={each}
              onClear={() => toggle(each)}
              onCondition={(text) => condition(each, text)}
            />
          ))}
      </ul>
    </section>
  );
}

interface RowProps {
  readonly one: Breakpoint;
  readonly onClear: () => void;
  readonly onCondition: (text: string | null) => void;
}

function Row({ one, onClear, onCondition }: RowProps) {
  const [typed, setTyped] = useState(one.condition ?? "");
  const name = one.task?.split("/").at(-1) ?? "";
  const label = one.on === "undo" ? `the undo of ${name}` : name;
  const commit = (): void => {
    const text = typed.trim() || null;
    if (text !== one.condition) onCondition(text);
  };
  return (
    <li className="debug-breakpoint">
      <b>{label}</b>
      <button type="button" className="button" aria-label={`Clear the breakpoint at ${label}`} onClick={onClear}>
        <Icon name="cross" size={12} />
      </button>
      <input
        className="code"
        aria-label={`Condition of the breakpoint at ${label}`}
        placeholder="if … (jq), such as .total > 100"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
      />
    </li>
  );
}

/** Debugging an instance that runs: who does it, and what a second person is told. */
import { useState } from "react";
import { Refused } from "../api/http";
import { Icon } from "../ui/Icon";
import type { Breakpoints } from "./breakpoints";
import { DebugPanel } from "./DebugPanel";
import { owner } from "./owner";
import type { Debugging } from "./useSession";

interface Props {
  readonly instance: string;
  readonly debugging: Debugging;
  readonly breakpoints: Breakpoints;
}

const CONFLICT = 409;

export function InstanceDebugPanel({ instance, debugging, breakpoints }: Props) {
  const [name, setName] = useState(owner.get);
  const { busy, error, begin, over } = debugging;
  const taken = error instanceof Refused && error.problem.status === CONFLICT;
  const take = (takeover: boolean): void => {
    owner.set(name.trim());
    begin({ instance, takeover }, name.trim());
  };
  return (
    <DebugPanel title="Debug" debugging={debugging} breakpoints={breakpoints}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          take(false);
        }}
      >
        <p className="muted">
          It is held before its next step. What is in flight comes back, and time goes on. When you leave this page, it
          goes on by itself.
        </p>
        <label className="field">
          <span>Your name, for others to see</span>
          <input value={name} required maxLength={200} onChange={(event) => setName(event.target.value)} />
        </label>
        <div className="action-row">
          <button type="submit" className="button primary" disabled={busy || !name.trim()}>
            <Icon name="pause" size={12} /> {over ? "Hold it again" : "Hold and debug"}
          </button>
          {taken ? (
            <button type="button" className="button" disabled={busy || !name.trim()} onClick={() => take(true)}>
              Take over
            </button>
          ) : null}
        </div>
      </form>
    </DebugPanel>
  );
}

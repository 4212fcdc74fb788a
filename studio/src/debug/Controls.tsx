/** What can be done with a session: go on, stop, or let something else happen here. */
import type { Command, DebugSession } from "../api/debugging";
import { Icon } from "../ui/Icon";

interface Props {
  readonly session: DebugSession;
  readonly busy: boolean;
  readonly go: (given: Command) => void;
  readonly end: () => void;
}

const GOING = [
  ["continue", "Continue", "F5"],
  ["over", "Step", "F10"],
  ["into", "Step into", "F11"],
  ["out", "Step out", "Shift+F11"],
] as const;

export function Controls({ session, busy, go, end }: Props) {
  const stopped = session.state === "stopped";
  return (
    <div className="debug-controls" role="toolbar" aria-label="Debugging">
      {GOING.map(([command, label, key]) => (
        <button
          key={command}
          type="button"
          className={command === "continue" ? "button primary" : "button"}
          disabled={!stopped || busy}
          title={`${label} (${key})`}
          aria-keyshortcuts={key}
          onClick={() => go({ command })}
        >
          {command === "continue" ? <Icon name="play" size={12} /> : null}
          {label} <kbd>{key.replace("Shift+", "⇧")}</kbd>
        </button>
      ))}
      <button type="button" className="button" disabled={stopped || busy} onClick={() => go({ command: "pause" })}>
        <Icon name="pause" size={12} /> Pause
      </button>
      <button type="button" className="button" disabled={!stopped || busy} onClick={() => go({ command: "fail" })}>
        <Icon name="bolt" size={12} /> Fail here
      </button>
      <button type="button" className="button" disabled={busy} onClick={end}>
        End
      </button>
    </div>
  );
}

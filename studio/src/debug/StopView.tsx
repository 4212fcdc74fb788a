/** Where a session stands: why it stopped, what is around it, and the data there. */
import type { Command, DebugSession, Stop } from "../api/debugging";
import { Icon } from "../ui/Icon";
import { JsonForm } from "./JsonForm";

interface Props {
  readonly session: DebugSession;
  readonly busy: boolean;
  readonly go: (given: Command) => void;
}

export function StopView({ session, busy, go }: Props) {
  const { stop } = session;
  return (
    <>
      <p className="debug-told" role="status">
        {stop ? <Icon name="pause" size={14} /> : <Icon name="play" size={14} />}
        {stop ? toldOf(stop) : "Running"}
      </p>
      {stop ? <Stopped key={placeKey(stop)} stop={stop} busy={busy} go={go} /> : <Waits session={session} />}
    </>
  );
}

const placeKey = ({ at, attempt, input }: Stop): string => JSON.stringify([at, attempt, input]);

export function toldOf({ reason, at, error, undo_of: undoes, attempt }: Stop): string {
  const tried = attempt > 1 ? `, try ${attempt}` : "";
  if (error) return `${at.task} has failed${tried}: nobody has handled it yet`;
  if (undoes) return `Before ${at.task}${tried}, to undo ${undoes}`;
  return `Before ${at.task}${tried}${reason === "breakpoint" ? ": breakpoint" : ""}`;
}

function Stopped({ stop, busy, go }: { stop: Stop; busy: boolean; go: (given: Command) => void }) {
  return (
    <>
      {stop.note ? <p className="problem-warning">{stop.note}</p> : null}
      {stop.error ? <Shown title="Error" value={stop.error} /> : null}
      <Shown title="What flows in" value={stop.input} />
      <Shown title="Context" value={stop.context} />
      {stop.stack.length ? (
        <section className="data" aria-label="Call stack">
          <h3>Call stack</h3>
          <ol className="debug-stack">
            {[stop.at, ...stop.stack].map((frame) => (
              <li key={`${frame.instance}${frame.reference}`}>
                <b>{frame.task}</b> <small className="muted">{frame.workflow}</small>
              </li>
            ))}
          </ol>
        </section>
      ) : null}
      {stop.error ? null : (
        <JsonForm
          title="Edit data"
          label="What flows into the task, as JSON"
          action="Change it"
          value={stop.input}
          busy={busy}
          onSend={(value) => go({ command: "edit", what: "data", value })}
        />
      )}
      <JsonForm
        title={stop.error ? "Let it succeed after all" : "Skip the task"}
        label="Its result, as JSON. It does not act: nothing is there to undo"
        action={stop.error ? "Go on with this result" : "Skip with this result"}
        value={{}}
        busy={busy}
        onSend={(value) => go({ command: "output", value })}
      />
    </>
  );
}

function Waits({ session }: { session: DebugSession }) {
  if (session.waits.length === 0) return null;
  return (
    <section className="data" aria-label="What it waits for">
      <h3>What it waits for</h3>
      <ul className="debug-stack">
        {session.waits.map((wait) => (
          <li key={JSON.stringify(wait)}>
            <b>{wait.task ?? wait.reference ?? wait.for}</b> <small className="muted">{wait.for}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Shown({ title, value }: { title: string; value: unknown }) {
  const nothing = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  if (value === null || value === undefined || nothing) return null;
  return (
    <section className="data" aria-label={title}>
      <h3>{title}</h3>
      <pre>{JSON.stringify(value, null, 2)}</pre>
    </section>
  );
}

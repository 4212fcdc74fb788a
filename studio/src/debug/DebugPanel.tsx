/** A debug session beside the drawing: how to begin one, what can be done, where it stands. */
import type { ReactNode } from "react";
import { Notice } from "../ui/Notice";
import { BreakpointList } from "./BreakpointList";
import type { Breakpoints } from "./breakpoints";
import { Controls } from "./Controls";
import { StopView } from "./StopView";
import type { Debugging } from "./useSession";
import "./debug.css";

interface Props {
  readonly debugging: Debugging;
  readonly breakpoints: Breakpoints;
  readonly title: string;
  /** What is asked for before a session begins. */
  readonly children: ReactNode;
  /** What is shown below where it stands. */
  readonly below?: ReactNode;
}

export function DebugPanel({ debugging, breakpoints, title, children, below }: Props) {
  const { session, over, error, busy, go, end } = debugging;
  const open = session !== undefined && over === undefined;
  return (
    <div className="inspector debug">
      <h2>{title}</h2>
      {error ? <Notice error={error} /> : null}
      {open ? (
        <>
          <Controls session={session} busy={busy} go={go} end={end} />
          <StopView session={session} busy={busy} go={go} />
        </>
      ) : (
        <>
          {over ? (
            <p className="debug-told" role="status">
              The session has ended: {over}. Its breakpoints are kept.
            </p>
          ) : null}
          {children}
        </>
      )}
      <BreakpointList {...breakpoints} />
      {below}
    </div>
  );
}

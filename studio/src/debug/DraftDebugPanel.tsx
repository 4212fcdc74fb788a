/** The mode Debug of the designer, at the side. */

import { SampleInput } from "../whatif/SampleInput";
import { Changed } from "./Changed";
import { DebugPanel } from "./DebugPanel";
import { Shown } from "./StopView";
import type { DraftDebug } from "./useDraftDebug";

export function DraftDebugPanel({ debug, sound }: { debug: DraftDebug; sound: boolean }) {
  const { debugging, breakpoints, changed, begin, input, onInput, moment, at } = debug;
  return (
    <DebugPanel
      title="Debug"
      debugging={debugging}
      breakpoints={breakpoints}
      below={
        <>
          {at === undefined ? null : <Shown title={`Data at ${moment?.place ?? at}`} value={moment?.data} />}
          {at === undefined && moment?.output != null ? <Shown title="Output" value={moment.output} /> : null}
          {changed ? <Changed busy={debugging.busy || !sound} onBegin={begin} /> : null}
        </>
      }
    >
      <p className="muted">
        The text as it stands is played in a simulated world: nothing outside is touched, and time stands still.
      </p>
      <SampleInput input={input} used={undefined} onInput={onInput} />
      <p>
        <button type="button" className="button primary wide" disabled={debugging.busy || !sound} onClick={begin}>
          {debugging.over ? "Begin anew" : "Start debugging"}
        </button>
      </p>
      {sound ? null : <p className="muted">The text has problems: mend them first.</p>}
    </DebugPanel>
  );
}

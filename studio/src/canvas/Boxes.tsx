/** The boxes of the canvas. */
import type { NodeProps } from "@xyflow/react";
import { type ComponentType, type MouseEvent, memo, useContext } from "react";
import { Icon, type IconName } from "../ui/Icon";
import { stateOf } from "../ui/states";
import { CanvasActions } from "./actions";
import type { BoxNode, Mark } from "./flow";

type Props = NodeProps<BoxNode>;

/** Made anew only where what is shown in it is another: where it stands is the wrapper's. */
const box = (shown: ComponentType<Props>) => memo(shown, (before, next) => before.data === next.data);

function StateBadge({ mark }: { mark: Mark }) {
  const { word, icon, tone } = stateOf(mark.state);
  if (mark.state === "idle") return null;
  return (
    <span className={`badge tag ${tone}`}>
      {icon ? <Icon name={icon} size={11} /> : null}
      {mark.word ?? word}
    </span>
  );
}

function Chip({ icon, title, text }: { icon: IconName; title: string; text: string }) {
  return (
    <span className="chip" title={title}>
      <Icon name={icon} size={10} />
      {text}
    </span>
  );
}

/** Only to look at, or, where breakpoints can be set, the edge of a box to click at. The key for it is B. */
function BreakpointEdge({ label, set }: { label: string; set: boolean }) {
  const { breakAt } = useContext(CanvasActions);
  const act = useAct(breakAt);
  if (!breakAt) return set ? <span className="breakpoint" title="Breakpoint" /> : null;
  return (
    <button
      type="button"
      className={set ? "breakpoint nodrag" : "breakpoint unset nodrag"}
      tabIndex={-1}
      aria-pressed={set}
      aria-label={`Breakpoint at ${label}`}
      title={set ? "Clear the breakpoint (B)" : "Set a breakpoint (B)"}
      onClick={(event) => {
        event.stopPropagation();
        act(event);
      }}
    />
  );
}

/** What a button in a box does with the step that the box is for. */
function useAct(action: ((id: string) => void) | undefined): (event: MouseEvent) => void {
  const { idAt } = useContext(CanvasActions);
  return ({ currentTarget }) => {
    const id = idAt(currentTarget);
    if (id !== undefined) action?.(id);
  };
}

function AddPart({ what }: { what: string }) {
  const { addPart } = useContext(CanvasActions);
  const act = useAct(addPart);
  if (!addPart) return null;
  return (
    <button type="button" className="add-part nodrag" tabIndex={-1} onClick={act}>
      <Icon name="plus" size={11} /> {what}
    </button>
  );
}

const classes = (base: string, mark: Mark | undefined): string => `${base}${mark ? ` is-${mark.state}` : ""}`;

function AddUndo() {
  const { addUndo } = useContext(CanvasActions);
  const act = useAct(addUndo);
  if (!addUndo) return null;
  return (
    <button type="button" className="add-undo nodrag" tabIndex={-1} onClick={act}>
      <Icon name="undo" size={11} /> add undo
    </button>
  );
}

const TaskBox = box(({ data }) => {
  const { label, width, height, kind, summary, timeout, condition, pivot, mark, missingUndo, breakpoint } = data;
  const { moveTo } = useContext(CanvasActions);
  return (
    <div className={classes(moveTo ? "card grip nopan" : "card", mark)} style={{ width, height }}>
      <span className={`tile kind-${kind}`}>
        <Icon name={kind} size={18} />
      </span>
      <span className="card-text">
        <b title={label}>{label}</b>
        <small>{summary || kind}</small>
        {timeout || condition || pivot ? (
          <span className="chips">
            {timeout ? <Chip icon="wait" title="Timeout" text={timeout} /> : null}
            {condition ? <Chip icon="switch" title={`Only if ${condition}`} text="if" /> : null}
            {pivot ? <Chip icon="pause" title="The point of no return" text="pivot" /> : null}
          </span>
        ) : null}
      </span>
      <BreakpointEdge label={label} set={breakpoint} />
      {mark ? <StateBadge mark={mark} /> : null}
      {missingUndo && !mark ? <AddUndo /> : null}
      {kind === "switch" ? <AddPart what="case" /> : null}
    </div>
  );
});

const UndoBox = box(({ data: { label, width, height, docked, mark, breakpoint } }) => (
  <div className={classes(docked ? "undo-box docked" : "undo-box", mark)} style={{ width, height }}>
    <BreakpointEdge label={`the undo ${label}`} set={breakpoint} />
    <Icon name="undo" size={14} />
    <b title={label}>{label}</b>
    {mark?.turn ? <span className="turn">{mark.turn}</span> : null}
  </div>
));

const FrameBox = box(({ data: { label, width, height, kind, summary, catches, mark, breakpoint } }) => {
  const { moveTo } = useContext(CanvasActions);
  return (
    <div className={classes("frame", mark)} style={{ width, height }}>
      <div className={moveTo ? "frame-head grip nopan" : "frame-head"}>
        <span className={`tile small kind-${kind}`}>
          <Icon name={kind} size={15} />
        </span>
        <b>{label}</b>
        <small>{summary}</small>
        {kind === "try" && !catches ? <AddPart what="catch" /> : null}
        <BreakpointEdge label={label} set={breakpoint} />
        {mark ? <StateBadge mark={mark} /> : null}
      </div>
    </div>
  );
});

const LaneBox = box(({ data: { label, width, height } }) => (
  <div className="lane" style={{ width, height }}>
    <span>{label}</span>
  </div>
));

const CapBox = box(({ data: { label, width, height } }) => (
  <div className="cap" style={{ width, height }}>
    {label}
  </div>
));

export const BOXES = { task: TaskBox, undo: UndoBox, frame: FrameBox, lane: LaneBox, cap: CapBox };

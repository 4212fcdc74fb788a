/** The boxes of the canvas. */
import type { NodeProps } from "@xyflow/react";
import { memo, useContext } from "react";
import { Icon, type IconName } from "../ui/Icon";
import { stateOf } from "../ui/states";
import { CanvasActions } from "./actions";
import type { BoxNode, Mark } from "./flow";

type Props = NodeProps<BoxNode>;

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
function BreakpointEdge({ id, label, set }: { id: string; label: string; set: boolean }) {
  const { breakAt } = useContext(CanvasActions);
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
        breakAt(id);
      }}
    />
  );
}

function AddPart({ id, what, addPart }: { id: string; what: string; addPart: (id: string) => void }) {
  return (
    <button type="button" className="add-part nodrag" tabIndex={-1} onClick={() => addPart(id)}>
      <Icon name="plus" size={11} /> {what}
    </button>
  );
}

const classes = (base: string, mark: Mark | undefined): string => `${base}${mark ? ` is-${mark.state}` : ""}`;

const TaskBox = memo(({ data }: Props) => {
  const { box, mark, missingUndo, breakpoint } = data;
  const { addUndo, addPart, moveTo } = useContext(CanvasActions);
  const task = box.task;
  if (!task) return null;
  return (
    <div
      className={classes(moveTo ? "card grip nopan" : "card", mark)}
      style={{ width: box.width, height: box.height }}
    >
      <span className={`tile kind-${task.kind}`}>
        <Icon name={task.kind} size={18} />
      </span>
      <span className="card-text">
        <b>{task.name}</b>
        <small>{task.summary || task.kind}</small>
        {task.timeout || task.condition || task.pivot ? (
          <span className="chips">
            {task.timeout ? <Chip icon="wait" title="Timeout" text={task.timeout} /> : null}
            {task.condition ? <Chip icon="switch" title={`Only if ${task.condition}`} text="if" /> : null}
            {task.pivot ? <Chip icon="pause" title="The point of no return" text="pivot" /> : null}
          </span>
        ) : null}
      </span>
      <BreakpointEdge id={box.id} label={task.name} set={breakpoint} />
      {mark ? <StateBadge mark={mark} /> : null}
      {missingUndo && !mark && addUndo ? (
        <button type="button" className="add-undo nodrag" tabIndex={-1} onClick={() => addUndo(task.id)}>
          <Icon name="undo" size={11} /> add undo
        </button>
      ) : null}
      {task.kind === "switch" && addPart ? <AddPart id={task.id} what="case" addPart={addPart} /> : null}
    </div>
  );
});

const UndoBox = memo(({ data }: Props) => {
  const { box, mark, breakpoint } = data;
  const shape = box.docked ? "undo-box docked" : "undo-box";
  return (
    <div className={classes(shape, mark)} style={{ width: box.width, height: box.height }}>
      <BreakpointEdge id={box.id} label={`the undo ${box.label}`} set={breakpoint} />
      <Icon name="undo" size={14} />
      <b>{box.label}</b>
      {mark?.turn ? <span className="turn">{mark.turn}</span> : null}
    </div>
  );
});

const FrameBox = memo(({ data }: Props) => {
  const { box, mark, breakpoint } = data;
  const { addPart, moveTo } = useContext(CanvasActions);
  const task = box.task;
  if (!task) return null;
  const catches = task.groups.some((group) => group.role === "catch");
  return (
    <div className={classes("frame", mark)} style={{ width: box.width, height: box.height }}>
      <div className={moveTo ? "frame-head grip nopan" : "frame-head"}>
        <span className={`tile small kind-${task.kind}`}>
          <Icon name={task.kind} size={15} />
        </span>
        <b>{task.name}</b>
        <small>{task.summary}</small>
        {task.kind === "try" && !catches && addPart ? <AddPart id={task.id} what="catch" addPart={addPart} /> : null}
        <BreakpointEdge id={box.id} label={task.name} set={breakpoint} />
        {mark ? <StateBadge mark={mark} /> : null}
      </div>
    </div>
  );
});

const LaneBox = memo(({ data: { box } }: Props) => (
  <div className="lane" style={{ width: box.width, height: box.height }}>
    <span>{box.label}</span>
  </div>
));

const CapBox = memo(({ data: { box } }: Props) => (
  <div className="cap" style={{ width: box.width, height: box.height }}>
    {box.label}
  </div>
));

export const BOXES = { task: TaskBox, undo: UndoBox, frame: FrameBox, lane: LaneBox, cap: CapBox };

/** The drawing of a document: to look at, to go through by keyboard, and, where actions are given, to edit. */
import "@xyflow/react/dist/base.css";
import { Background, Controls, ReactFlow, ReactFlowProvider, ViewportPortal } from "@xyflow/react";
import { type KeyboardEvent, useMemo, useRef } from "react";
import type { Model } from "../document/task";
import { type Block, EMPTY } from "../layout/geometry";
import { layout } from "../layout/layout";
import { type Actions, CanvasActions } from "./actions";
import { BOXES } from "./Boxes";
import { type Mark, nodesOf } from "./flow";
import { neighbour } from "./keys";
import { Lines } from "./Lines";
import { docks, type Room, useRoom, useView } from "./room";
import { Slots } from "./Slots";
import { MANY } from "./sight";
import "./canvas.css";

export interface CanvasProps {
  readonly model: Model;
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly missing?: ReadonlySet<string>;
  readonly breakpoints?: ReadonlySet<string>;
  readonly actions?: Actions;
  /** Keys of one letter and the like; those that move the focus are handled here. */
  readonly onKey?: (event: KeyboardEvent, focused: string | undefined) => void;
}

const NOTHING: ReadonlyMap<string, Mark> = new Map();
const NONE: ReadonlySet<string> = new Set();
const NO_ACTIONS: Actions = {};

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Drawn {...props} />
    </ReactFlowProvider>
  );
}

function Drawn({
  model,
  selected,
  onSelect,
  marks = NOTHING,
  missing = NONE,
  breakpoints = NONE,
  ...rest
}: CanvasProps) {
  const { actions = NO_ACTIONS, onKey } = rest;
  const frame = useRef<HTMLElement>(null);
  const room = useRoom(frame);
  const block = useBlock(model, room);
  const drawing = useMemo(
    () => ({ block, selected, marks, missing, breakpoints }),
    [block, selected, marks, missing, breakpoints],
  );
  const nodes = useMemo(() => nodesOf(drawing), [drawing]);
  const { reveal, onMoved } = useView(block, room, selected);

  const focus = (id: string): void => {
    reveal(id);
    const name = nodes.find((each) => each.data.box.id === id)?.id ?? "";
    const box = (): HTMLElement | null | undefined =>
      frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(name)}"]`);
    const found = box();
    if (found) found.focus({ preventScroll: true });
    // It is drawn only now that it is in sight.
    else requestAnimationFrame(() => box()?.focus({ preventScroll: true }));
  };
  const pressed = (event: KeyboardEvent): void => {
    const name = (event.target as HTMLElement).closest<HTMLElement>(".react-flow__node")?.dataset.id;
    const focused = name === undefined ? undefined : nodes.find((each) => each.id === name)?.data.box.id;
    const next = focused ? neighbour(block, focused, event.key) : undefined;
    if (next) {
      event.preventDefault();
      focus(next);
    } else if (event.key === "Enter" && focused) {
      onSelect(focused);
    } else onKey?.(event, focused);
  };

  return (
    <section className="canvas" aria-label="Workflow" ref={frame} onKeyDown={pressed}>
      <CanvasActions.Provider value={actions}>
        <ReactFlow
          nodes={nodes}
          nodeTypes={BOXES}
          onNodeClick={(_, node) => onSelect(node.data.box.id)}
          onPaneClick={() => onSelect(undefined)}
          onMoveStart={onMoved}
          nodesConnectable={false}
          elevateNodesOnSelect={false}
          disableKeyboardA11y
          onlyRenderVisibleElements={nodes.length > MANY}
          panOnScroll
          minZoom={0.1}
          proOptions={{ hideAttribution: true }}
        >
          <Background gap={20} size={1.2} />
          <Controls showInteractive={false} position="bottom-left" />
          <ViewportPortal>
            <Lines block={block} marks={marks} />
            {actions.insertAt ? <Slots block={block} insertAt={actions.insertAt} /> : null}
          </ViewportPortal>
        </ReactFlow>
      </CanvasActions.Provider>
    </section>
  );
}

/** Undos stand beside their steps, or below them where the drawing would be too wide for the room. */
function useBlock({ tasks }: Model, room: Room | undefined): Block {
  const beside = useMemo(() => layout(tasks, { docked: false }), [tasks]);
  const docked = room !== undefined && docks(beside.width, room);
  const below = useMemo(() => (docked ? layout(tasks, { docked }) : EMPTY), [tasks, docked]);
  if (room === undefined) return EMPTY;
  return docked ? below : beside;
}

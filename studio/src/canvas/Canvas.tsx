/** The drawing of a document: to look at, to go through by keyboard, and, where actions are given, to edit. */
import "@xyflow/react/dist/base.css";
import {
  Background,
  Controls,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  ViewportPortal,
} from "@xyflow/react";
import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import type { Model } from "../document/task";
import { layout } from "../layout/layout";
import { Icon } from "../ui/Icon";
import { type Actions, CanvasActions } from "./actions";
import { BOXES } from "./Boxes";
import { edgesOf, type Mark, nodesOf, slotId } from "./flow";
import { neighbour } from "./keys";
import { Heads, LINES } from "./Lines";
import "./canvas.css";

export interface CanvasProps {
  readonly model: Model;
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  readonly docked: boolean;
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly missing?: ReadonlySet<string>;
  readonly breakpoints?: ReadonlySet<string>;
  readonly actions?: Actions;
  /** Keys of one letter and the like; those that move the focus are handled here. */
  readonly onKey?: (event: KeyboardEvent, focused: string | undefined) => void;
}

const NOTHING: ReadonlyMap<string, Mark> = new Map();
const NONE: ReadonlySet<string> = new Set();
/** From so many boxes on, only those in sight are drawn, and a map helps to find the way. */
const MANY = 120;

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
  docked,
  marks = NOTHING,
  missing = NONE,
  breakpoints = NONE,
  ...rest
}: CanvasProps) {
  const { actions = {}, onKey } = rest;
  const block = useMemo(() => layout(model.tasks, { docked }), [model, docked]);
  const drawing = useMemo(
    () => ({ block, selected, marks, missing, breakpoints }),
    [block, selected, marks, missing, breakpoints],
  );
  const nodes = useMemo(() => nodesOf(drawing), [drawing]);
  const edges = useMemo(() => edgesOf(drawing), [drawing]);
  const frame = useRef<HTMLElement>(null);
  useFirstView(frame, block.width, block.axis);

  const moveFocus = (event: KeyboardEvent): void => {
    const focused = focusedBox();
    const next = focused ? neighbour(block, focused, event.key) : undefined;
    if (next) {
      event.preventDefault();
      frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(next)}"]`)?.focus();
    } else if (event.key === "Enter" && focused) {
      onSelect(focused);
    } else onKey?.(event, focused);
  };

  return (
    <section className="canvas" aria-label="Workflow" ref={frame} onKeyDown={moveFocus}>
      <Heads />
      <CanvasActions.Provider value={actions}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={BOXES}
          edgeTypes={LINES}
          onNodeClick={(_, node) => onSelect(node.id)}
          onPaneClick={() => onSelect(undefined)}
          nodesConnectable={false}
          edgesFocusable={false}
          elevateNodesOnSelect={false}
          disableKeyboardA11y
          onlyRenderVisibleElements={nodes.length > MANY}
          panOnScroll
          minZoom={0.1}
          proOptions={{ hideAttribution: true }}
        >
          <Background gap={20} size={1.2} />
          <Controls showInteractive={false} position="bottom-left" />
          {nodes.length > MANY ? <MiniMap pannable zoomable ariaLabel="Overview" /> : null}
          {actions.insertAt ? <Slots block={block} insertAt={actions.insertAt} /> : null}
        </ReactFlow>
      </CanvasActions.Provider>
    </section>
  );
}

function Slots({ block, insertAt }: { block: ReturnType<typeof layout>; insertAt: NonNullable<Actions["insertAt"]> }) {
  return (
    <ViewportPortal>
      {block.slots.map((slot) => (
        <button
          key={slotId(slot)}
          type="button"
          className="slot nodrag nopan"
          style={{ transform: `translate(-50%, -50%) translate(${slot.x}px, ${slot.y}px)` }}
          aria-label={`Insert a step at position ${slot.index + 1} of ${slot.list.join(" / ")}`}
          onClick={() => insertAt(slot)}
        >
          <Icon name="plus" size={12} />
        </button>
      ))}
    </ViewportPortal>
  );
}

/** The start of the flow in the middle at the top; later edits leave the view where it is. */
function useFirstView(frame: React.RefObject<HTMLElement | null>, width: number, axis: number): void {
  const { setViewport } = useReactFlow();
  const done = useRef(false);
  useEffect(() => {
    const room = frame.current?.clientWidth ?? 0;
    if (done.current || room === 0 || width === 0) return;
    done.current = true;
    const zoom = Math.max(0.7, Math.min(1, (room - 64) / width));
    const x = width * zoom < room - 40 ? (room - width * zoom) / 2 : Math.min(32, room / 2 - axis * zoom);
    setViewport({ x, y: 28, zoom });
  }, [frame, width, axis, setViewport]);
}

export const focusedBox = (): string | undefined =>
  document.activeElement?.closest<HTMLElement>(".react-flow__node")?.dataset.id;

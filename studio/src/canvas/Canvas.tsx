/** The drawing of a document: to look at, to go through by keyboard, and, where actions are given, to edit. */
import "@xyflow/react/dist/base.css";
import { Background, Controls, ReactFlow, ReactFlowProvider, useReactFlow, ViewportPortal } from "@xyflow/react";
import { type ClipboardEventHandler, type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef } from "react";
import { useCommands } from "../commands/registry";
import type { Model } from "../document/task";
import { type Block, EMPTY } from "../layout/geometry";
import { layout } from "../layout/layout";
import { useLasting } from "../ui/useLasting";
import { type Actions, CanvasActions } from "./actions";
import { BOXES } from "./Boxes";
import { type BoxNode, type Drawing, type Looks, looksOf, type Mark, nodesOf } from "./flow";
import { keysOf } from "./keys";
import { Lines } from "./Lines";
import { slotId } from "./places";
import { docks, type Room, useRoom, useView } from "./room";
import { Slots } from "./Slots";
import { MANY } from "./sight";
import { type Dragging, useDrag } from "./useDrag";
import { useFocus } from "./useFocus";
import "./canvas.css";

export interface CanvasProps {
  readonly model: Model;
  readonly selected: string | undefined;
  /** `more`: to what is selected already. */
  readonly onSelect: (id: string | undefined, more?: boolean) => void;
  /** All that are selected, where there are several. */
  readonly chosen?: ReadonlySet<string>;
  /** A box that is to get the focus; each object is one wish. */
  readonly wanted?: { readonly id: string } | undefined;
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly missing?: ReadonlySet<string>;
  readonly breakpoints?: ReadonlySet<string>;
  readonly actions?: Actions;
  /** Keys of one letter and the like; those that move the focus are handled here. */
  readonly onKey?: (event: KeyboardEvent, focused: string | undefined) => void;
  readonly onClipboard?: ClipboardEventHandler;
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

function Drawn({ model, selected, onSelect, chosen = NONE, wanted, onKey, onClipboard, ...rest }: CanvasProps) {
  const { actions = NO_ACTIONS, marks = NOTHING, missing = NONE, breakpoints = NONE } = rest;
  const frame = useRef<HTMLElement>(null);
  const room = useRoom(frame);
  const block = useBlock(model, room);
  const { dragging, onPointerDown, hasDragged } = useDrag({
    frame,
    block,
    moveTo: actions.moveTo,
    together: (element) => {
      const id = idAt(element);
      const ids = id !== undefined && chosen.has(id) ? chosen : new Set([id]);
      return block.boxes.filter((box) => ids.has(box.id));
    },
  });
  const target = dragging?.target;
  const nodes = useNodes({ block, selected, chosen, target: target?.undo, marks, missing, breakpoints });
  const { reveal, onMoved } = useView(block, room, selected);

  /** A node has the place of its box in their lists. */
  const idOf = (name: string | undefined): string | undefined =>
    block.boxes[nodes.findIndex((each) => each.id === name)]?.id;
  const idAt = useLasting((element: Element) => idOf(element.closest<HTMLElement>(".react-flow__node")?.dataset.id));
  const atBoxes = useMemo(() => ({ ...actions, idAt }), [actions, idAt]);
  // The same at each drawing: for others all boxes would be gone through again.
  const clicked = useLasting((event: MouseEvent, { id }: BoxNode) => {
    if (!hasDragged()) onSelect(idOf(id), event.shiftKey);
  });
  const clickedBeside = useLasting(() => {
    if (!hasDragged()) onSelect(undefined);
  });
  const focus = useFocus({ frame, block, nodes, reveal, wanted });
  const several = actions.moveTo !== undefined;
  const pressed = keysOf({ block, selected, chosen, several, idAt, focus, onSelect, onKey });

  return (
    <section
      className={dragging ? "canvas dragging" : "canvas"}
      aria-label="Workflow"
      ref={frame}
      onKeyDown={pressed}
      onPointerDown={onPointerDown}
      onCopy={onClipboard}
      onCut={onClipboard}
      onPaste={onClipboard}
    >
      <CanvasActions.Provider value={atBoxes}>
        <ReactFlow
          nodes={nodes}
          nodeTypes={BOXES}
          onNodeClick={clicked}
          onPaneClick={clickedBeside}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          deleteKeyCode={null}
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
          <Zooms />
          <Controls showInteractive={false} position="bottom-left" />
          <ViewportPortal>
            <Lines block={block} marks={marks} />
            {actions.insertAt ? (
              <Slots block={block} insertAt={actions.insertAt} target={target && slotId(target)} />
            ) : null}
          </ViewportPortal>
        </ReactFlow>
        {dragging ? <Carried {...dragging} /> : null}
      </CanvasActions.Provider>
    </section>
  );
}

/** Tells the list of commands how the drawing can be looked at. */
function Zooms() {
  const { fitView, zoomIn, zoomOut } = useReactFlow();
  useCommands(() => [
    { id: "fit", title: "Show the whole drawing", group: "Drawing", words: "zoom fit", run: () => void fitView() },
    { id: "larger", title: "Zoom in", group: "Drawing", words: "larger", run: () => void zoomIn() },
    { id: "smaller", title: "Zoom out", group: "Drawing", words: "smaller", run: () => void zoomOut() },
  ]);
  return null;
}

/** What is dragged, at the pointer. */
function Carried({ boxes, at, target }: Dragging) {
  const [first] = boxes;
  return (
    <div className={target ? "carried" : "carried nowhere"} style={{ transform: `translate(${at.x}px, ${at.y}px)` }}>
      {boxes.length === 1 ? first?.label : `${boxes.length} steps`}
    </div>
  );
}

function useNodes({ block, selected, chosen, target, marks, missing, breakpoints }: Drawing): BoxNode[] {
  const looks = useRef<Looks>(new Map());
  const nodes = useMemo(
    () => nodesOf({ block, selected, chosen, target, marks, missing, breakpoints }, looks.current),
    [block, selected, chosen, target, marks, missing, breakpoints],
  );
  useEffect(() => {
    looks.current = looksOf(nodes);
  }, [nodes]);
  return nodes;
}

/** Undos stand beside their steps, or below them where the drawing would be too wide for the room. */
function useBlock({ tasks }: Model, room: Room | undefined): Block {
  const beside = useMemo(() => layout(tasks, { docked: false }), [tasks]);
  const docked = room !== undefined && docks(beside.width, room);
  const below = useMemo(() => (docked ? layout(tasks, { docked }) : EMPTY), [tasks, docked]);
  if (room === undefined) return EMPTY;
  return docked ? below : beside;
}

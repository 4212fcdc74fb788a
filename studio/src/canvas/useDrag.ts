/** Steps dragged to another place. The keys Alt+↑ and Alt+↓, and cut and paste, do the same without a pointer. */
import { useReactFlow } from "@xyflow/react";
import { type PointerEvent as Pressed, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Block, Box, Point } from "../layout/geometry";
import type { Actions } from "./actions";
import { type Target, targetAt } from "./places";

export interface Dragging {
  readonly boxes: readonly Box[];
  /** Of the pointer, from the corner of the canvas. */
  readonly at: Point;
  readonly target: Target | undefined;
}

export interface Drag {
  readonly dragging: Dragging | undefined;
  readonly onPointerDown: (event: Pressed) => void;
  /** Whether the click that ends a drag is to be ignored. */
  readonly hasDragged: () => boolean;
}

interface Setting {
  readonly frame: RefObject<HTMLElement | null>;
  readonly block: Block;
  /** The boxes that are dragged with the one that was pressed. */
  readonly together: (pressed: HTMLElement) => readonly Box[];
  readonly moveTo: Actions["moveTo"];
}

/** From here on a press is a drag and no click. */
const BEGINS = 6;
/** So near to an edge the drawing moves along, by so much for each frame. */
const EDGE = 48;
const STEP = 12;

export function useDrag({ frame, block, together, moveTo }: Setting): Drag {
  const { getViewport, setViewport } = useReactFlow();
  const [dragging, setDragging] = useState<Dragging>();
  const dragged = useRef(false);
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);

  const look = useCallback(
    (boxes: readonly Box[], at: Point): Dragging => {
      const { x, y, zoom } = getViewport();
      return { boxes, at, target: targetAt(block, { x: (at.x - x) / zoom, y: (at.y - y) / zoom }, zoom, boxes) };
    },
    [block, getViewport],
  );

  const onPointerDown = (event: Pressed): void => {
    const corner = frame.current?.getBoundingClientRect();
    const element = (event.target as HTMLElement).closest<HTMLElement>(".grip");
    dragged.current = false;
    if (!moveTo || !corner || !element || event.button !== 0 || (event.target as HTMLElement).closest("button")) return;
    const boxes = together(element);
    const from = { x: event.clientX, y: event.clientY };
    let now: Dragging | undefined;
    let turn = 0;
    const show = (next: Dragging | undefined): void => {
      now = next;
      setDragging(next);
    };
    const along = (): void => {
      turn = requestAnimationFrame(along);
      if (!now) return;
      const [dx, dy] = [pull(now.at.x, corner.width), pull(now.at.y, corner.height)];
      if (dx === 0 && dy === 0) return;
      const { x, y, zoom } = getViewport();
      void setViewport({ x: x + dx, y: y + dy, zoom });
      show(look(boxes, now.at));
    };
    const moved = ({ clientX, clientY }: PointerEvent): void => {
      if (!now && Math.hypot(clientX - from.x, clientY - from.y) < BEGINS) return;
      dragged.current = true;
      show(look(boxes, { x: clientX - corner.left, y: clientY - corner.top }));
    };
    const end = (): void => {
      cancelAnimationFrame(turn);
      listening.abort();
      stop.current = undefined;
      show(undefined);
    };
    const dropped = (): void => {
      const target = now?.target;
      end();
      const ids = boxes.map((box) => box.id);
      if (target) moveTo(ids, { list: target.list, index: target.index });
    };
    const pressed = (key: KeyboardEvent): void => {
      if (key.key !== "Escape" || !now) return;
      key.preventDefault();
      key.stopPropagation();
      end();
    };
    const listening = listen({ moved, dropped, end, pressed });
    stop.current = end;
    turn = requestAnimationFrame(along);
  };
  const hasDragged = useCallback(() => dragged.current, []);
  return { dragging, onPointerDown, hasDragged };
}

interface Hearing {
  readonly moved: (event: PointerEvent) => void;
  readonly dropped: () => void;
  readonly end: () => void;
  readonly pressed: (event: KeyboardEvent) => void;
}

/** Wherever on the page the pointer is; until it is aborted. */
function listen({ moved, dropped, end, pressed }: Hearing): AbortController {
  const listening = new AbortController();
  const { signal } = listening;
  addEventListener("pointermove", moved, { signal });
  addEventListener("pointerup", dropped, { signal });
  addEventListener("pointercancel", end, { signal });
  addEventListener("keydown", pressed, { signal, capture: true });
  return listening;
}

const pull = (at: number, size: number): number => (at < EDGE ? STEP : at > size - EDGE ? -STEP : 0);

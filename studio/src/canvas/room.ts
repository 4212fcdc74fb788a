/** How much room the canvas has, whatever stands beside it, and what of a drawing is shown in it. */
import { useReactFlow, type Viewport } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Block, Box } from "../layout/geometry";

export interface Room {
  readonly width: number;
  readonly height: number;
}

/** `undefined` until it is known. */
export function useRoom(frame: RefObject<HTMLElement | null>): Room | undefined {
  const [room, setRoom] = useState<Room>();
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0)
        setRoom((old) => (old?.width === width && old.height === height ? old : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return room;
}

const MARGIN = 32;
const TOP = 28;
/** Below this, names can no longer be read; a drawing that is still too wide is moved to be seen. */
const READABLE = 0.55;
/** From here on undos dock below their steps: the drawing becomes narrower and what is written in it larger. */
const DOCKS = 0.9;

const fitting = (width: number, room: Room): number => (room.width - 2 * MARGIN) / width;

export const docks = (width: number, room: Room): boolean => fitting(width, room) < DOCKS;

/** The whole width where that can be read, the beginning of the flow at the top. */
export function firstView({ width, axis }: Block, room: Room): Viewport {
  const zoom = Math.max(READABLE, Math.min(1, fitting(width, room)));
  const fits = width * zoom <= room.width - MARGIN;
  const x = fits ? (room.width - width * zoom) / 2 : Math.min(MARGIN, room.width / 2 - axis * zoom);
  return { x, y: TOP, zoom };
}

/** The view moved as little as it takes to see a box. */
export function seeing(view: Viewport, box: Box, room: Room): Viewport {
  const move = (from: number, size: number, at: number, all: number): number => {
    const begin = from * view.zoom + at;
    const end = begin + size * view.zoom;
    if (begin < MARGIN || size * view.zoom > all - 2 * MARGIN) return at + MARGIN - begin;
    return end > all - MARGIN ? at - (end - all + MARGIN) : at;
  };
  const height = box.kind === "frame" ? Math.min(box.height, 120) : box.height;
  return {
    x: move(box.x, Math.min(box.width, 320), view.x, room.width),
    y: move(box.y, height, view.y, room.height),
    zoom: view.zoom,
  };
}

export interface View {
  /** Show a box, where it is not seen yet. */
  readonly reveal: (id: string) => void;
  /** The view was moved by hand: from then on it is the person's. */
  readonly onMoved: (event: unknown) => void;
}

/**
 * The whole drawing at first and, until somebody moves the view, whenever the room changes; what is selected is kept in
 * sight. Edits leave the view where it is.
 */
export function useView(block: Block, room: Room | undefined, selected: string | undefined): View {
  const { setViewport, getViewport } = useReactFlow();
  const own = useRef(false);
  const latest = useRef(block);
  latest.current = block;
  const isDrawn = block.width > 0;

  const reveal = useCallback(
    (id: string) => {
      const box = latest.current.boxes.find((each) => each.id === id);
      if (!box || !room) return;
      const before = getViewport();
      const view = seeing(before, box, room);
      if (view.x !== before.x || view.y !== before.y) void setViewport(view);
    },
    [room, setViewport, getViewport],
  );
  useEffect(() => {
    if (!room || !isDrawn) return;
    if (!own.current) void setViewport(firstView(latest.current, room));
  }, [room, isDrawn, setViewport]);
  useEffect(() => {
    if (selected && isDrawn) reveal(selected);
  }, [selected, isDrawn, reveal]);

  const onMoved = useCallback((event: unknown) => {
    if (event) own.current = true;
  }, []);
  return { reveal, onMoved };
}

/** Going through the drawing by keyboard: down and up follow the flow, right leads to the undo, left back. */
import type { Block } from "../layout/geometry";

export function neighbour(block: Block, id: string, key: string): string | undefined {
  const box = block.boxes.find((each) => each.id === id);
  if (!box) return undefined;
  if (key === "ArrowRight") return block.boxes.find((each) => each.kind === "undo" && each.of === id)?.id;
  if (key === "ArrowLeft") return box.kind === "undo" ? box.of : undefined;
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const order = block.boxes.filter((each) => each.kind === "task" || each.kind === "frame");
  const index = order.findIndex((each) => each.id === (box.kind === "undo" ? box.of : id));
  return order[index + (key === "ArrowDown" ? 1 : -1)]?.id;
}

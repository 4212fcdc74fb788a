/** The places where a step can be put. */
import { memo } from "react";
import type { Block, Slot } from "../layout/geometry";
import { Icon } from "../ui/Icon";
import { inSight, useSight } from "./sight";

interface Props {
  readonly block: Block;
  readonly insertAt: (slot: Slot) => void;
}

export const slotId = (slot: Slot): string => `${slot.list.join("/")}@${slot.index}`;

export const Slots = memo(({ block, insertAt }: Props) => {
  const sight = useSight(block.boxes.length);
  return block.slots
    .filter((slot) => inSight(sight, [slot]))
    .map((slot) => (
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
    ));
});

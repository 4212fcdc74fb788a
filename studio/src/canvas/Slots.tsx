/** The places where a step can be put. */
import { memo, useMemo } from "react";
import type { Block, Slot } from "../layout/geometry";
import { Icon } from "../ui/Icon";
import { slotId, slotNames } from "./places";
import { inSight, useSight } from "./sight";

interface Props {
  readonly block: Block;
  readonly insertAt: (slot: Slot) => void;
  /** The one that a step would be dropped at. */
  readonly target: string | undefined;
}

export const Slots = memo(({ block, insertAt, target }: Props) => {
  const sight = useSight(block.boxes.length);
  const names = useMemo(() => slotNames(block), [block]);
  return block.slots
    .filter((slot) => inSight(sight, [slot]))
    .map((slot) => {
      const id = slotId(slot);
      return (
        <button
          key={id}
          type="button"
          className={id === target ? "slot nodrag nopan target" : "slot nodrag nopan"}
          style={{ transform: `translate(-50%, -50%) translate(${slot.x}px, ${slot.y}px)` }}
          aria-label={names.get(id)}
          title={names.get(id)}
          onClick={() => insertAt(slot)}
        >
          <Icon name="plus" size={12} />
        </button>
      );
    });
});

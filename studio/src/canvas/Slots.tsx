/** The places where a step can be put. */
import { memo, useMemo } from "react";
import type { Block, Slot } from "../layout/geometry";
import { Icon } from "../ui/Icon";
import { lastingNames } from "./identity";
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
  const drawn = useMemo(() => drawnOf(block), [block]);
  return drawn
    .filter(({ slot }) => inSight(sight, [slot]))
    .map(({ slot, id, key, name }) => (
      <Plus key={key} id={id} slot={slot} name={name} isTarget={id === target} insertAt={insertAt} />
    ));
});

interface Drawn {
  readonly slot: Slot;
  readonly id: string;
  /** By what stands above it, so that those below a step that is put in are the same as before. */
  readonly key: string;
  readonly name: string | undefined;
}

function drawnOf(block: Block): Drawn[] {
  const { names, above } = slotNames(block);
  const keys = lastingNames(block.slots.map((slot) => `${slot.list.join("/")}>${above.get(slotId(slot)) ?? ""}`));
  return block.slots.map((slot, index) => {
    const id = slotId(slot);
    return { slot, id, key: keys[index] ?? id, name: names.get(id) };
  });
}

interface PlusProps {
  readonly id: string;
  readonly slot: Slot;
  readonly name: string | undefined;
  readonly isTarget: boolean;
  readonly insertAt: (slot: Slot) => void;
}

const Plus = memo(
  ({ slot, name, isTarget, insertAt }: PlusProps) => (
    <button
      type="button"
      className={isTarget ? "slot nodrag nopan target" : "slot nodrag nopan"}
      style={{ transform: `translate(-50%, -50%) translate(${slot.x}px, ${slot.y}px)` }}
      aria-label={name}
      title={name}
      onClick={() => insertAt(slot)}
    >
      <Icon name="plus" size={12} />
    </button>
  ),
  // The id is the place; each layout has slots of its own.
  (before, next) =>
    before.id === next.id &&
    before.slot.x === next.slot.x &&
    before.slot.y === next.slot.y &&
    before.name === next.name &&
    before.isTarget === next.isTarget &&
    before.insertAt === next.insertAt,
);

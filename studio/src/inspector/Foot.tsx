/** What is done to a step as a whole, at the foot of its panel. */
import { useLayoutEffect, useRef } from "react";
import { aliasOn, isBehindAlias } from "../document/aliases";
import { placeOf } from "../document/edits/tasks";
import { listAt } from "../document/nodes";
import type { Model, Task } from "../document/task";
import { Icon } from "../ui/Icon";

interface Props {
  readonly model: Model;
  readonly task: Task;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

export function Foot({ model, task, onMove, onRemove }: Props) {
  const own = useRef<HTMLElement>(null);
  const [list, index] = placeOf(task);
  const elsewhere = isBehindAlias(model, task.path);
  const last = (listAt(model, list)?.items.length ?? 0) - 1;
  // At the end of the list the button that was pressed is turned off: the focus goes to the other one, not away.
  useLayoutEffect(() => {
    const lost = own.current?.querySelector("button:disabled:focus");
    if (lost) own.current?.querySelector<HTMLElement>("button:enabled")?.focus();
  });
  return (
    <footer ref={own} className="inspector-foot">
      <button type="button" className="button" disabled={index === 0 || elsewhere} onClick={() => onMove(-1)}>
        Move up
      </button>
      <button type="button" className="button" disabled={index >= last || elsewhere} onClick={() => onMove(1)}>
        Move down
      </button>
      <button type="button" className="button" disabled={aliasOn(model, list) !== undefined} onClick={onRemove}>
        <Icon name="trash" /> Remove
      </button>
    </footer>
  );
}

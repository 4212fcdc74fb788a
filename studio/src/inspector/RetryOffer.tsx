/** A step is tried again by a `try` around it: there is one already, or it is put there. */
import { freeName, placeOf } from "../document/edits/tasks";
import { retried } from "../document/edits/wrap";
import { everyTask, type Task } from "../document/task";
import { Icon } from "../ui/Icon";
import { pointerOf } from "./problems";
import { isThere, useScope } from "./scope";

export function RetryOffer({ task }: { task: Task }) {
  const { model, apply, onSelect } = useScope();
  if (task.kind === "try") return null;
  const around = [...everyTask(model.tasks)].filter(
    (each) => each.kind === "try" && task.id.startsWith(`${each.id}/try/`),
  );
  const repeated = around.find((each) => isThere(model, [...each.path, "catch", "retry"]));
  if (repeated) {
    return (
      <span className="muted">
        Tried again when it fails, by{" "}
        <button type="button" className="link" onClick={() => onSelect(repeated.id)}>
          {repeated.name}
        </button>
        .
      </span>
    );
  }
  const add = (): void => {
    const [list, index] = placeOf(task);
    const name = freeName(model, list, `${task.name}WithRetry`);
    apply(retried(model, task, name));
    onSelect(pointerOf([...list, index, name]));
  };
  return (
    <button type="button" className="add" onClick={add} title="puts the step into a try that repeats it when it fails">
      <Icon name="retry" size={12} /> Add a retry
    </button>
  );
}

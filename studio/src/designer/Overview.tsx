/** What is shown beside the canvas while no task is selected. */
import { askFor } from "../commands/registry";
import type { Coverage } from "../document/coverage";
import { forwardTasks, type Model } from "../document/task";
import { Icon } from "../ui/Icon";

interface Props {
  readonly model: Model;
  readonly covered: Coverage;
  readonly onSelect: (id: string) => void;
}

export function Overview({ model, covered, onSelect }: Props) {
  const all = [...forwardTasks(model.tasks)];
  const undoes = all.some((task) => task.undo !== undefined);
  return (
    <>
      <p className="muted">{toldOf(all.length, covered, undoes)}</p>
      {covered.missing.length > 0 ? (
        <>
          <h3 className="or">Without an undo</h3>
          <ul className="missing">
            {covered.missing.map((task) => (
              <li key={task.id}>
                <button type="button" className="button" onClick={() => onSelect(task.id)}>
                  <Icon name="undo" size={12} /> {task.name}
                </button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </>
  );
}

function toldOf(steps: number, { undoable, effectful }: Coverage, undoes: boolean): string {
  if (steps === 0) return "No steps yet: put the first one in at + on the canvas.";
  const counted = `${steps} step${steps === 1 ? "" : "s"}.`;
  if (effectful === 0 && undoes) return `${counted} None changes anything outside; their undo is done all the same.`;
  if (effectful === 0) return `${counted} None changes anything, so there is nothing to undo.`;
  return `${counted} ${undoable} of ${effectful} that change something can be undone.`;
}

/** What can be done on the canvas without a mouse: the most of it. */
export function Keys() {
  return (
    <>
      <h3 className="or">Keys on the canvas</h3>
      <dl className="keys">
        <dt>↑ ↓</dt>
        <dd>follow the flow</dd>
        <dt>→ ←</dt>
        <dd>to the undo of a step, and back</dd>
        <dt>A</dt>
        <dd>add a step after it</dd>
        <dt>U</dt>
        <dd>add its undo</dd>
        <dt>Ctrl+K</dt>
        <dd>find all that can be done</dd>
      </dl>
      <button type="button" className="button" onClick={() => askFor("keys")}>
        All keys
      </button>
    </>
  );
}

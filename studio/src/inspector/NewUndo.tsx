/** Say how a task is taken back, where nothing is said yet. */
import { useId, useState } from "react";
import { setMember } from "../document/edits/members";
import { setUndo, undoBody, undoName } from "../document/edits/undo";
import { inOrder } from "../document/splice";
import type { Task } from "../document/task";
import { Icon } from "../ui/Icon";
import { useScope } from "./scope";

export function NewUndo({ task, missing }: { task: Task; missing: boolean }) {
  const { model, apply } = useScope();
  return (
    <>
      <p className={missing ? "problem-warning" : "muted"}>
        {missing ? <Icon name="alert" size={14} /> : null}
        This step has no undo. If a later step fails, its effect stays.
      </p>
      <button
        type="button"
        className="button primary wide"
        onClick={() =>
          apply(setUndo(model, task, { form: "tasks", name: undoName(task), body: undoBody(model, task) }))
        }
      >
        <Icon name="undo" /> Add an undo
      </button>
      <ByFunction task={task} />
      <WithoutUndo task={task} />
    </>
  );
}

/** A function of the workflow is chosen, or a new one is made: an HTTP call to begin with. */
function ByFunction({ task }: { task: Task }) {
  const { model, apply, names } = useScope();
  const [name, setName] = useState(names.functions[0] ?? undoName(task));
  const id = useId();
  const isNew = !names.functions.includes(name);
  const add = (): void => {
    const made = isNew ? setMember(model, ["use", "functions", name], undoBody(model, task)) : [];
    // Both may stand at the end of the text: what belongs to the step comes first.
    apply(inOrder([...setUndo(model, task, { form: "function", name }), ...made]));
  };
  return (
    <>
      <h3 className="or">or undo it by a function</h3>
      <div className="field">
        <label htmlFor={id}>Function</label>
        <input
          id={id}
          className="code"
          list={`${id}-names`}
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <datalist id={`${id}-names`}>
          {names.functions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        <small className="muted">
          {isNew
            ? "There is none of this name yet: it is made, as a request to change."
            : "A function of this workflow."}
        </small>
      </div>
      <button type="button" className="button wide" disabled={name.trim() === ""} onClick={add}>
        Undo by {isNew ? "a new function" : "this function"}
      </button>
    </>
  );
}

function WithoutUndo({ task }: { task: Task }) {
  const { model, apply } = useScope();
  const [reason, setReason] = useState("");
  const id = useId();
  return (
    <>
      <h3 className="or">or say why it needs none</h3>
      <div className="field">
        <label htmlFor={id}>Reason</label>
        <input
          id={id}
          value={reason}
          placeholder="such as: only reads"
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <button
        type="button"
        className="button wide"
        disabled={reason.trim() === ""}
        onClick={() => apply(setUndo(model, task, { form: "none", reason: reason.trim() }))}
      >
        Needs no undo
      </button>
    </>
  );
}

/** How a task is taken back: by tasks, by a function, or not at all and why. */
import { useState } from "react";
import { removeUndo, setUndo, undoName } from "../document/edits/undo";
import { Icon } from "../ui/Icon";
import type { InspectorProps } from "./Inspector";
import { TextField } from "./TextField";

export function UndoPanel({ model, task, apply, onSelect }: InspectorProps) {
  if (task.undo) {
    const { undo } = task;
    return (
      <>
        <p className="muted">
          {undo.form === "none"
            ? "Deliberately without an undo, because:"
            : "Runs if a later step fails, after every later step has been undone."}
        </p>
        <div className="undo-card">
          <Icon name="undo" />
          <b>{undo.label}</b>
        </div>
        {undo.tasks.map((each) => (
          <button key={each.id} type="button" className="button" onClick={() => onSelect(each.id)}>
            Open {each.name}
          </button>
        ))}
        <p className="muted">
          Its input is the output of the step; <code>$compensation</code> holds the step's input, output and context as
          they were.
        </p>
        <button type="button" className="button" onClick={() => apply(removeUndo(model, task))}>
          <Icon name="trash" /> Remove the undo
        </button>
      </>
    );
  }
  return <NewUndo model={model} task={task} apply={apply} onSelect={onSelect} />;
}

function NewUndo({ model, task, apply }: InspectorProps) {
  const [reason, setReason] = useState("");
  const endpoint: unknown = model.document.getIn([...task.path, "with", "endpoint"]);
  const body = {
    call: "http",
    with: {
      method: "delete",
      endpoint: typeof endpoint === "string" ? endpoint : "https://service.example.com/things",
      body: "${ . }",
    },
  };
  return (
    <>
      <p className="muted">This step has no undo. If a later step fails, its effect stays.</p>
      <button
        type="button"
        className="button primary wide"
        onClick={() => apply(setUndo(model, task, { form: "tasks", name: undoName(task), body }))}
      >
        <Icon name="undo" /> Add an undo
      </button>
      <h3 className="or">or say why it needs none</h3>
      <TextField label="Reason" value={reason} onCommit={setReason} hint="such as: only reads" />
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

/** How a task is taken back: by steps of its own, by a function, or not at all and why. */
import { useId } from "react";
import { removeUndo, setUndo, undoBody, undoName } from "../document/edits/undo";
import { isInUndo, type Path, type Task } from "../document/task";
import { Icon } from "../ui/Icon";
import { FieldList } from "./FieldList";
import type { Member } from "./fields";
import { Locked } from "./Locked";
import { PIVOT } from "./members/tasks";
import { UNDO } from "./members/undo";
import { NewUndo } from "./NewUndo";
import { ProblemNotes } from "./ProblemNotes";
import { unclaimed } from "./problems";
import { isThere, useScope } from "./scope";

const FORMS = [
  ["tasks", "By steps of its own"],
  ["function", "By a function"],
  ["none", "It needs no undo"],
] as const;

const FUNCTION: readonly Member[] = [
  { at: ["compensate"], label: "Function", required: true, kind: "text", code: true, named: "functions" },
];
const REASON: readonly Member[] = [
  { at: ["none"], label: "Because", help: "such as: only reads", required: true, kind: "text" },
];

/** `missing`: the server holds that an undo is missed. */
export function UndoPanel({ task, missing }: { task: Task; missing: boolean }) {
  const { model } = useScope();
  if (isInUndo(task.path)) {
    return <p className="muted">This step is part of an undo itself. Nothing undoes an undo.</p>;
  }
  const portable = isThere(model, [...task.path, "metadata", "saga"]);
  const offered = task.pivot || !isInFork(task);
  return (
    <>
      {task.undo ? (
        <Locked path={task.undo.path.slice(0, -1)}>
          <Undo task={task} />
        </Locked>
      ) : (
        <NewUndo task={task} missing={missing} />
      )}
      <h3 className="or">For the whole workflow</h3>
      {offered ? (
        <FieldList members={PIVOT} base={portable ? [...task.path, "metadata"] : task.path} kept={task.path.length} />
      ) : (
        <p className="muted">
          A step inside a fork cannot be the point of no return: the other branches would lose their undo. The whole
          fork can be, or a step after it.
        </p>
      )}
    </>
  );
}

const isInFork = ({ path }: Task): boolean =>
  path.some((key, at) => key === "branches" && path[at - 1] === "fork" && typeof path[at + 1] === "number");

function Undo({ task }: { task: Task }) {
  const { model, apply, names, problems } = useScope();
  const id = useId();
  const { undo } = task;
  if (!undo) return null;
  const choose = (form: string): void => {
    if (form === "tasks") apply(setUndo(model, task, { form, name: undoName(task), body: undoBody(model, task) }));
    if (form === "function") apply(setUndo(model, task, { form, name: names.functions[0] ?? undoName(task) }));
    if (form === "none") apply(setUndo(model, task, { form, reason: "only reads" }));
  };
  const holder: Path = undo.path.slice(0, -1);
  return (
    <>
      <p className="undo-card">
        <Icon name="undo" />
        <span>
          {undo.form === "none"
            ? "Deliberately without an undo."
            : "Runs if a later step fails, after every later step has been undone."}
        </span>
      </p>
      <div className="field">
        <label htmlFor={id}>Undone</label>
        <select id={id} value={undo.form} onChange={(event) => choose(event.target.value)}>
          {undo.form === "unknown" ? <option value="unknown">in a way that cannot be read</option> : null}
          {FORMS.map(([form, label]) => (
            <option key={form} value={form}>
              {label}
            </option>
          ))}
        </select>
      </div>
      <ProblemNotes
        problems={undo.form === "function" ? [] : unclaimed(problems, undo.path, undo.form === "none" ? REASON : UNDO)}
      />
      {undo.form === "tasks" || undo.form === "unknown" ? (
        <>
          <FieldList members={UNDO} base={undo.path} />
          <p className="muted">
            Its input is the output of the step; <code>$compensation</code> holds the step's input, output and context
            as they were.
          </p>
        </>
      ) : null}
      {undo.form === "function" ? <FieldList members={FUNCTION} base={holder} /> : null}
      {undo.form === "none" ? <FieldList members={REASON} base={undo.path} /> : null}
      <button type="button" className="button" onClick={() => apply(removeUndo(model, task))}>
        <Icon name="trash" /> Remove the undo
      </button>
    </>
  );
}

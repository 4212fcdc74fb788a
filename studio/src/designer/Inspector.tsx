/** One task: what it does, when, and how it is taken back. Each change is the smallest edit of the text. */
import { Tabs } from "radix-ui";
import { useState } from "react";
import { setMember } from "../document/edits/members";
import { freeName, moveTask, placeOf, removeTask, renameTask } from "../document/edits/tasks";
import type { Edit } from "../document/splice";
import type { Model, Task } from "../document/task";
import { ExpressionField } from "../expressions/ExpressionField";
import { Icon } from "../ui/Icon";
import { TextField } from "./TextField";
import { UndoPanel } from "./UndoPanel";

export interface InspectorProps {
  readonly model: Model;
  readonly task: Task;
  readonly apply: (edit: Edit) => void;
  readonly onSelect: (id: string | undefined) => void;
}

export function Inspector({ model, task, apply, onSelect }: InspectorProps) {
  const [tab, setTab] = useState("step");
  const [list, index] = placeOf(task);
  return (
    <div className="inspector">
      <header className="inspector-head">
        <span className={`tile kind-${task.kind}`}>
          <Icon name={task.kind} size={18} />
        </span>
        <div>
          <h2>{task.name}</h2>
          <p className="muted">
            {task.kind} {task.summary ? `· ${task.summary}` : ""}
          </p>
        </div>
      </header>
      <Tabs.Root value={tab} onValueChange={setTab}>
        <Tabs.List className="tabs" aria-label="Step">
          <Tabs.Trigger value="step">Step</Tabs.Trigger>
          <Tabs.Trigger value="data">Data</Tabs.Trigger>
          <Tabs.Trigger value="undo">Undo</Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="step">
          <StepPanel model={model} task={task} apply={apply} onSelect={onSelect} />
        </Tabs.Content>
        <Tabs.Content value="data">
          <DataPanel model={model} task={task} apply={apply} />
        </Tabs.Content>
        <Tabs.Content value="undo">
          <UndoPanel model={model} task={task} apply={apply} onSelect={onSelect} />
        </Tabs.Content>
      </Tabs.Root>
      <footer className="inspector-foot">
        <button
          type="button"
          className="button"
          disabled={index === 0}
          onClick={() => apply(moveTask(model, task, list, index - 1))}
        >
          Move up
        </button>
        <button type="button" className="button" onClick={() => apply(moveTask(model, task, list, index + 2))}>
          Move down
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            apply(removeTask(model, task));
            onSelect(undefined);
          }}
        >
          <Icon name="trash" /> Remove
        </button>
      </footer>
    </div>
  );
}

type PanelProps = Omit<InspectorProps, "onSelect">;

/** The members that are single values, by the kind of task: where they stand and what they are called. */
const FIELDS: Readonly<Record<string, readonly (readonly [label: string, path: readonly string[]])[]>> = {
  call: [
    ["Method", ["with", "method"]],
    ["Endpoint", ["with", "endpoint"]],
    ["Operation", ["with", "operationId"]],
  ],
  for: [
    ["Each", ["for", "each"]],
    ["In", ["for", "in"]],
    ["While", ["while"]],
  ],
  emit: [["Event type", ["emit", "event", "with", "type"]]],
  listen: [["Event type", ["listen", "to", "one", "with", "type"]]],
  wait: [["Seconds", ["wait", "seconds"]]],
};

function StepPanel({ model, task, apply, onSelect }: InspectorProps) {
  const read = (path: readonly string[]): unknown => model.document.getIn([...task.path, ...path]);
  const write = (path: readonly string[], value: string): void =>
    apply(setMember(model, [...task.path, ...path], value === "" ? undefined : typed(read(path), value)));
  const rename = (wanted: string): void => {
    if (!wanted || wanted === task.name) return;
    const [list] = placeOf(task);
    const name = freeName(model, list, wanted);
    apply(renameTask(model, task, name));
    onSelect(task.id.replace(/[^/]+$/, name.replaceAll("~", "~0").replaceAll("/", "~1")));
  };
  const shown = (FIELDS[task.kind] ?? []).filter(([label, path]) => label === "While" || isText(read(path)));
  return (
    <>
      <TextField label="Name" value={task.name} onCommit={rename} />
      {shown.map(([label, path]) => (
        <TextField key={label} label={label} value={textOf(read(path))} onCommit={(value) => write(path, value)} code />
      ))}
      <ExpressionField
        kind="condition"
        label="Only if"
        value={task.condition ?? ""}
        onCommit={(value) => write(["if"], value)}
        hint="jq; leave it empty to always run"
      />
      <TextField
        label="Timeout"
        value={task.timeout ?? ""}
        hint="such as 30s, 5m or PT1H"
        onCommit={(value) => apply(setMember(model, [...task.path, "timeout"], timeoutFrom(value)))}
      />
      <TextField
        label="Then"
        value={task.then ?? ""}
        onCommit={(value) => write(["then"], value)}
        hint="continue, exit, end, or the name of a step"
      />
    </>
  );
}

function DataPanel({ model, task, apply }: PanelProps) {
  const at = (path: readonly string[]): string => textOf(model.document.getIn([...task.path, ...path]));
  const write = (path: readonly string[], value: string): void =>
    apply(setMember(model, [...task.path, ...path], value === "" ? undefined : value));
  return (
    <>
      <ExpressionField
        kind="input"
        label="Input"
        value={at(["input", "from"])}
        onCommit={(value) => write(["input", "from"], value)}
        hint="what the step sees, made from what flows in"
      />
      <ExpressionField
        kind="output"
        label="Output"
        value={at(["output", "as"])}
        onCommit={(value) => write(["output", "as"], value)}
        hint="what flows on, made from what the step gives"
      />
      <ExpressionField
        kind="export"
        label="Export"
        value={at(["export", "as"])}
        onCommit={(value) => write(["export", "as"], value)}
        hint="what is kept as $context"
      />
    </>
  );
}

const isText = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
const textOf = (value: unknown): string => (isText(value) ? String(value) : "");

/** A number stays a number. */
const typed = (before: unknown, value: string): unknown =>
  typeof before === "number" && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;

const UNITS: Readonly<Record<string, string>> = {
  ms: "milliseconds",
  s: "seconds",
  m: "minutes",
  h: "hours",
  d: "days",
};

function timeoutFrom(value: string): unknown {
  if (value.trim() === "") return undefined;
  const parts = [...value.matchAll(/(\d+)\s*(ms|s|m|h|d)\b/g)];
  if (parts.length === 0) return { after: value.trim() };
  return { after: Object.fromEntries(parts.map(([, count, unit]) => [UNITS[unit ?? "s"], Number(count)])) };
}

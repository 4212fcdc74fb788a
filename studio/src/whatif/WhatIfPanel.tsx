/** What would happen, as numbered steps; and what to suppose. */
import type { Fault, Trace, UndoMade } from "../api/rehearsals";
import type { Task } from "../document/task";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";
import { lasted } from "../ui/time";
import { WAYS, type Way } from "./faults";
import { SampleInput } from "./SampleInput";
import { scenarioOf } from "./scenario";
import { VerifyPanel } from "./VerifyPanel";
import "./whatif.css";

interface Props {
  readonly text: string;
  readonly task: Task | undefined;
  readonly way: Way;
  readonly undoFails: boolean;
  readonly faults: readonly Fault[];
  readonly trace: Trace | undefined;
  readonly error: Error | null;
  readonly onWay: (id: string) => void;
  readonly onUndoFails: (fails: boolean) => void;
  /** Suppose that another step fails. */
  readonly onSelect: (id: string) => void;
  /** Show a step of the story, which stays as it is. */
  readonly onShow: (id: string) => void;
  readonly input: string;
  readonly onInput: (input: string) => void;
}

export function WhatIfPanel(props: Props) {
  const { text, task, way, undoFails, faults, trace, error, onWay, onUndoFails, onSelect, onShow, input, onInput } =
    props;
  return (
    <div className="inspector">
      <h2>{task ? `If ${task.name} ${way.told}` : "What if …"}</h2>
      {task ? null : <p className="muted">Select a step to suppose that it fails.</p>}
      {error ? <Notice error={error} /> : null}
      {trace ? <Story trace={trace} failing={task} onShow={onShow} /> : null}
      {task ? (
        <>
          <label className="field">
            <span>What goes wrong</span>
            <select value={way.id} onChange={(event) => onWay(event.target.value)}>
              {WAYS.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.title}
                </option>
              ))}
            </select>
          </label>
          <label className="check">
            <input type="checkbox" checked={undoFails} onChange={(event) => onUndoFails(event.target.checked)} />
            The first undo fails too
          </label>
          {trace ? (
            <button
              type="button"
              className="button primary wide"
              onClick={() => download(scenarioOf(fileOf(trace), `${task.name} ${way.told}`, faults, trace), trace)}
            >
              Save as a test
            </button>
          ) : null}
        </>
      ) : null}
      <SampleInput input={input} used={trace?.input} onInput={onInput} />
      <VerifyPanel text={text} onSelect={onSelect} />
    </div>
  );
}

function Story({ trace, failing, onShow }: { trace: Trace; failing: Task | undefined; onShow: (id: string) => void }) {
  const undos = trace.undos ?? [];
  const left = (trace.left ?? []).filter((each) => !each.meant);
  return (
    <ol className="story" aria-label="What happens">
      {failing ? (
        <li className="story-failed">
          <span className="dot">
            <Icon name="cross" size={12} />
          </span>
          <div>
            <b>{failing.name}</b> {trace.status === "completed" ? "fails, and the workflow goes on" : "fails"}
            {trace.unmet?.length ? <small>{trace.unmet[0]}</small> : null}
          </div>
        </li>
      ) : null}
      {undos.map((undo) => (
        <UndoStep key={`${undo.order}${undo.reference}`} undo={undo} all={undos} onShow={onShow} />
      ))}
      <li className={left.length ? "story-left" : trace.status === "completed" ? "story-done" : "story-end"}>
        <span className="dot">
          <Icon name={trace.status === "completed" ? "check" : left.length ? "alert" : "undo"} size={12} />
        </span>
        <div>
          <b>{ENDS[trace.saga ?? trace.status] ?? `The workflow is ${trace.status}`}</b>
          <small>
            {endOf(
              trace,
              left.map((each) => each.task),
            )}
            {trace.duration ? <span className="whole"> · after {lasted(trace.duration)}</span> : null}
          </small>
        </div>
      </li>
    </ol>
  );
}

function endOf(trace: Trace, left: readonly string[]): string {
  if (left.length > 0) return `Left behind: ${left.join(", ")}`;
  return trace.status === "completed" ? "Nothing has to be undone" : "No effect is left behind";
}

const ENDS: Readonly<Record<string, string>> = {
  completed: "The workflow completes",
  faulted: "The workflow fails",
  compensated: "The workflow ends undone",
  stuck: "It waits for a person",
  suspended: "It waits for a person",
};

function UndoStep({ undo, all, onShow }: { undo: UndoMade; all: readonly UndoMade[]; onShow: (id: string) => void }) {
  const together = all.filter((each) => each.order === undo.order).length > 1;
  const failed = undo.result === "failed" || undo.result === "unfinished";
  return (
    <li className={failed ? "story-failed" : "story-undo"}>
      <span className="dot">{undo.order}</span>
      <div>
        <button type="button" className="link" onClick={() => onShow(undo.reference)}>
          {undo.task} {failed ? "cannot be undone" : "is undone"}
        </button>
        <small>
          {together ? "in parallel" : ""}
          {undo.attempts > 1 ? ` after ${undo.attempts} attempts` : ""}
        </small>
      </div>
    </li>
  );
}

const fileOf = (trace: Trace): string => `${trace.workflow.split("/").at(-1)?.split(":")[0] ?? "workflow"}.yaml`;

/** The browser keeps it where the person wants it. */
function download(text: string, trace: Trace): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  link.download = fileOf(trace).replace(".yaml", ".scenarios.yaml");
  link.click();
  URL.revokeObjectURL(link.href);
}

/** One task: what it does, when, with what data, and how it is taken back. Each change is the smallest edit of the text. */
import { useMemo } from "react";
import type { Diagnostic } from "../api/http";
import { UNCOVERED } from "../document/coverage";
import { freeName, placeOf, renameTask } from "../document/edits/tasks";
import type { Edit } from "../document/splice";
import type { Model, Task } from "../document/task";
import { Icon } from "../ui/Icon";
import { CallForm } from "./CallForm";
import { FieldList } from "./FieldList";
import { Foot } from "./Foot";
import type { Member } from "./fields";
import { Locked } from "./Locked";
import { DATA, membersOf, NOTES, PIVOT, WHEN } from "./members/tasks";
import { NameField } from "./NameField";
import { namesOf } from "./names";
import { Panel } from "./Panel";
import { problemsOf } from "./problems";
import { RetryOffer } from "./RetryOffer";
import { type Scope, ScopeContext, valueAt } from "./scope";
import { UndoPanel } from "./UndoPanel";
import { useRegistered } from "./useRegistered";
import "./inspector.css";

export interface InspectorProps {
  readonly model: Model;
  readonly task: Task;
  readonly diagnostics: readonly Diagnostic[];
  readonly apply: (edit: Edit) => void;
  readonly onSelect: (id: string | undefined) => void;
  /** Move the step by one place in its list; the focus stays in the panel. */
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

const UNDO: readonly Member[] = [{ at: ["compensate"], label: "Undo", kind: "value" }, ...PIVOT];

export function Inspector({ model, task, diagnostics, apply, onSelect, onMove, onRemove }: InspectorProps) {
  const registered = useRegistered();
  const names = useMemo(() => namesOf(model, task, registered), [model, task, registered]);
  const problems = useMemo(() => problemsOf(diagnostics, task, model.tasks), [diagnostics, task, model]);
  // Said on the tab where it is mended.
  const missing = problems.filter((each) => each.code === UNCOVERED);
  const others = problems.filter((each) => each.code !== UNCOVERED);
  const scope: Scope = { model, apply, onSelect, names, problems: others };
  const members = membersOf(task.kind, valueAt(model, task.path));
  const rename = (wanted: string, leaving: boolean): void => {
    const [list] = placeOf(task);
    const name = freeName(model, list, wanted);
    const edit = renameTask(model, task, name);
    if (edit.length === 0) return;
    apply(edit);
    // The address is that of the next page by then.
    if (!leaving) onSelect(task.id.replace(/[^/]+$/, name.replaceAll("~", "~0").replaceAll("/", "~1")));
  };
  return (
    <ScopeContext.Provider value={scope}>
      <div className="inspector">
        <header className="inspector-head">
          <span className={`tile kind-${task.kind}`}>
            <Icon name={task.kind} size={18} />
          </span>
          <div>
            <h2>{task.name}</h2>
            <p className="muted">{toldOf(task)}</p>
          </div>
        </header>
        <Panel
          label="Step"
          base={task.path}
          tabs={[
            {
              name: "Step",
              members: [{ at: ["call"], label: "Call", kind: "text" }, ...members, ...WHEN, ...NOTES],
              content: (
                <>
                  <NameField value={task.name} onRename={rename} />
                  <Locked path={task.path}>
                    {task.kind === "call" ? <CallForm task={task} /> : null}
                    <FieldList members={members} base={task.path} />
                    <h3 className="or">When, and for how long</h3>
                    <FieldList members={WHEN} base={task.path} more={<RetryOffer task={task} />} />
                    <h3 className="or">Notes</h3>
                    <FieldList members={NOTES} base={task.path} />
                  </Locked>
                </>
              ),
            },
            {
              name: "Data",
              about: "What flows into the step, and what flows on. Where nothing is said, all of it does.",
              members: DATA,
              content: <FieldList members={DATA} base={task.path} />,
            },
            {
              name: "Undo",
              members: UNDO,
              further: missing,
              content: (
                <Locked path={task.path}>
                  <UndoPanel task={task} missing={missing.length > 0} />
                </Locked>
              ),
            },
          ]}
        />
        <Foot model={model} task={task} onMove={onMove} onRemove={onRemove} />
      </div>
    </ScopeContext.Provider>
  );
}

/** Its kind, where what it does does not begin with that word. */
const toldOf = ({ kind, summary }: Task): string =>
  !summary ? kind : summary.startsWith(kind) ? summary : `${kind} · ${summary}`;

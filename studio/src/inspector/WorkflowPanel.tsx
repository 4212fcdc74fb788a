/** The whole workflow, while no step is selected. */
import { type ReactNode, useMemo } from "react";
import type { Diagnostic } from "../api/http";
import type { Edit } from "../document/splice";
import { everyTask, type Model } from "../document/task";
import { Icon } from "../ui/Icon";
import { FieldList } from "./FieldList";
import { ABOUT, FLOW, RUNNING, USE } from "./members/workflow";
import { namesOf } from "./names";
import { Panel } from "./Panel";
import { isWithin } from "./problems";
import { type Scope, ScopeContext } from "./scope";
import "./inspector.css";

interface Props {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
  readonly apply: (edit: Edit) => void;
  readonly onSelect: (id: string | undefined) => void;
  /** What is shown above the fields, and below them. */
  readonly children: ReactNode;
  readonly foot: ReactNode;
}

export function WorkflowPanel({ model, diagnostics, apply, onSelect, children, foot }: Props) {
  const names = useMemo(() => namesOf(model, undefined), [model]);
  const problems = useMemo(
    () => diagnostics.filter((each) => ![...everyTask(model.tasks)].some((task) => isWithin(each.pointer, task.path))),
    [diagnostics, model],
  );
  const scope: Scope = { model, apply, onSelect, names, problems };
  const fields = (members: typeof ABOUT): ReactNode => <FieldList members={members} base={[]} kept={0} />;
  return (
    <ScopeContext.Provider value={scope}>
      <div className="inspector">
        <header className="inspector-head">
          <span className="tile kind-do">
            <Icon name="flow" size={18} />
          </span>
          <div>
            <h2>{model.heading.name || "Workflow"}</h2>
            <p className="muted">the whole workflow</p>
          </div>
        </header>
        <Panel
          label="Workflow"
          base={[]}
          tabs={[
            {
              name: "Workflow",
              members: ABOUT,
              content: (
                <>
                  {children}
                  {fields(ABOUT)}
                  {foot}
                </>
              ),
            },
            {
              name: "Data",
              about: "What an instance is started with, and what it gives in the end.",
              members: FLOW,
              content: fields(FLOW),
            },
            {
              name: "Parts",
              about: "What several steps use. Each has a name by which they refer to it.",
              members: USE,
              content: fields(USE),
            },
            {
              name: "Running",
              about: "When the workflow starts by itself, how long it may take, and how it is undone.",
              members: RUNNING,
              content: fields(RUNNING),
            },
          ]}
        />
      </div>
    </ScopeContext.Provider>
  );
}

/** What stands beside the drawing: the step that is selected, or the document; what is supposed; what is debugged. */
import { useMemo } from "react";
import type { Diagnostic } from "../api/http";
import { DraftDebugPanel } from "../debug/DraftDebugPanel";
import type { Coverage } from "../document/coverage";
import type { Edit } from "../document/splice";
import type { Task } from "../document/task";
import { ExpressionScope } from "../expressions/scope";
import { Inspector } from "../inspector/Inspector";
import { WorkflowPanel } from "../inspector/WorkflowPanel";
import { WhatIfPanel } from "../whatif/WhatIfPanel";
import type { Shown } from "./draft";
import { Keys, Overview } from "./Overview";
import type { Modes } from "./useModes";
import { useSameStep } from "./useSameStep";
import { useSampleData } from "./useSampleData";
import type { Structure } from "./useStructure";

interface Props {
  readonly shown: Shown;
  readonly modes: Modes;
  readonly task: Task | undefined;
  readonly covered: Coverage;
  readonly diagnostics: readonly Diagnostic[];
  readonly apply: (edit: Edit) => void;
  readonly structure: Structure;
}

export function Side({ shown, modes, task, covered, diagnostics, apply, structure }: Props) {
  const { text, drawn } = shown;
  const { supposed, debug, stale, sound } = modes;
  const data = useSampleData(drawn);
  const scope = useMemo(
    () => (task ? { document: text, task: task.id, ...supposed.given, ...data } : undefined),
    [text, task, supposed.given, data],
  );
  const { select, focusOn } = structure;
  const same = useSameStep(task, drawn);
  if (debug.on) return <DraftDebugPanel debug={debug} sound={sound} />;
  if (supposed.on) return <WhatIfPanel text={text} task={task} onSelect={select} onShow={focusOn} {...supposed} />;
  const overview = <Overview model={drawn} covered={covered} onSelect={select} />;
  if (stale) return <div className="inspector">{overview}</div>;
  const common = { model: drawn, diagnostics, apply, onSelect: select };
  if (!task)
    return (
      <WorkflowPanel {...common} foot={<Keys />}>
        {overview}
      </WorkflowPanel>
    );
  return (
    <ExpressionScope value={scope}>
      <Inspector
        key={same}
        {...common}
        task={task}
        onMove={(by) => structure.moveInPanel(task.id, by)}
        onRemove={() => structure.remove([task.id])}
      />
    </ExpressionScope>
  );
}

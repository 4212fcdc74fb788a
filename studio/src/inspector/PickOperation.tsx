/** The operation of a call, chosen from what its service offers; with the undo that the service declares. */
import { useState } from "react";
import { setUndo } from "../document/edits/undo";
import { addressOf } from "../document/effects";
import type { Task } from "../document/task";
import { called, undoOf } from "../operations/calling";
import { OperationPicker, type Picked } from "../operations/OperationPicker";
import { learn } from "../operations/reading";
import { Icon } from "../ui/Icon";
import { useScope, valueAt } from "./scope";

export function PickOperation({ task }: { task: Task }) {
  const { model, apply } = useScope();
  const [picked, setPicked] = useState<Picked>();
  const at = (...path: string[]): unknown => valueAt(model, [...task.path, "with", ...path]);
  const endpoint = at("document", "endpoint");
  const uri = addressOf(at());
  const pick = (chosen: Picked): void => {
    apply(called(model, task, chosen.operation, chosen.uri === uri ? undefined : chosen.uri));
    // A document that was sent along describes what the call says: it is the service of the operation that was picked.
    if (chosen.uri === undefined && uri !== undefined) learn(uri, chosen.operations);
    setPicked(chosen);
  };
  const undo = picked && !task.undo ? undoOf(picked.operation, picked.operations, endpoint) : undefined;
  const name = picked?.operation.undoneBy;
  return (
    <>
      <OperationPicker document={uri ?? ""} operationId={String(at("operationId") ?? "")} onPick={pick} />
      {undo && name ? (
        <p className="undo-offer">
          The service says that <code>{name}</code> undoes it.{" "}
          <button
            type="button"
            className="button"
            onClick={() => apply(setUndo(model, task, { form: "tasks", name, body: undo }))}
          >
            <Icon name="undo" size={13} /> Use it as the undo
          </button>
        </p>
      ) : null}
    </>
  );
}

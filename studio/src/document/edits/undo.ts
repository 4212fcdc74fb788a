/** Edits of how a task is taken back. */
import { plainAt } from "../aliases";
import { isPlain } from "../effects";
import type { Edit } from "../splice";
import type { Model, Task } from "../task";
import { setMember } from "./members";

/** What may be said of a task's undo. */
export type NewUndo =
  | { readonly form: "tasks"; readonly name: string; readonly body: unknown }
  | { readonly form: "function"; readonly name: string }
  | { readonly form: "none"; readonly reason: string };

/** Say how a task is taken back, in the form (author or portable) that it uses already. */
export function setUndo(model: Model, task: Task, undo: NewUndo): Edit {
  const path = task.undo?.path ?? [...task.path, "compensate"];
  return setMember(model, path, undoValue(undo));
}

export function removeUndo(model: Model, task: Task): Edit {
  return task.undo ? setMember(model, task.undo.path, undefined) : [];
}

/** A name for the undo of a task: `undoChargePayment`. */
export const undoName = (task: Task): string => `undo${task.name.charAt(0).toUpperCase()}${task.name.slice(1)}`;

/** What an undo begins with: the opposite of a request is often a DELETE at the same address. */
export function undoBody(model: Model, task: Task): unknown {
  const endpoint = plainAt(model, [...task.path, "with", "endpoint"]);
  const address = isPlain(endpoint) ? endpoint.uri : endpoint;
  return {
    call: "http",
    with: {
      method: "delete",
      endpoint: typeof address === "string" ? address : "https://service.example.com/things",
      body: "${ . }",
    },
  };
}

function undoValue(undo: NewUndo): unknown {
  switch (undo.form) {
    case "tasks":
      return { do: [{ [undo.name]: undo.body }] };
    case "function":
      return undo.name;
    case "none":
      return { none: undo.reason };
  }
}

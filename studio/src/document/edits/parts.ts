/** One more part of a composite: a case of a `switch`, a branch of a `fork`, what handles the errors of a `try`. */
import { isMap, isScalar } from "yaml";
import { listAt } from "../nodes";
import type { Edit } from "../splice";
import type { Model, Task } from "../task";
import { insertItem } from "./items";
import { setMember } from "./members";
import { freeName, insertTask } from "./tasks";

/** Empty where a task takes no more parts. */
export function addPart(model: Model, task: Task): Edit {
  if (task.kind === "switch") return addCase(model, task);
  if (task.kind === "fork") return addBranch(model, task);
  if (task.kind === "try" && !task.groups.some((group) => group.role === "catch")) return addCatch(model, task);
  return [];
}

/** Before the one without a condition: what stands behind that is never looked at. */
function addCase(model: Model, task: Task): Edit {
  const list = [...task.path, "switch"];
  const otherwise = task.cases.findIndex((each) => each.when === undefined);
  const index = otherwise < 0 ? task.cases.length : otherwise;
  const name = freeName(model, list, "another");
  return insertItem(model, list, index, { [name]: { when: "${ false }", then: "continue" } });
}

function addBranch(model: Model, task: Task): Edit {
  const list = [...task.path, "fork", "branches"];
  const index = listAt(model, list)?.items.length ?? 0;
  return insertTask(model, list, index, freeName(model, list, "branch"), { set: { done: true } });
}

function addCatch(model: Model, task: Task): Edit {
  const path = [...task.path, "catch"];
  const handler = [{ handleError: { set: { failed: true } } }];
  const before = model.document.getIn(path, true);
  if (isMap(before)) return setMember(model, [...path, "do"], handler);
  return before === undefined || isScalar(before) ? setMember(model, path, { do: handler }) : [];
}

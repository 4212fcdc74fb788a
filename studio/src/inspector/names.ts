/** Names that a document has given to its parts, for fields that refer to them. */
import { namesIn } from "../document/edits/entries";
import { nodeAt } from "../document/nodes";
import { everyTask, type Model, type Task } from "../document/task";

export interface Names {
  readonly authentications: readonly string[];
  readonly errors: readonly string[];
  readonly functions: readonly string[];
  readonly retries: readonly string[];
  readonly timeouts: readonly string[];
  readonly secrets: readonly string[];
  /** The tasks that a task's `then` may lead to: those beside it. */
  readonly steps: readonly string[];
}

export function namesOf(model: Model, task: Task | undefined): Names {
  const defined = (part: string): string[] => namesIn(model, ["use", part]);
  const secrets: unknown = nodeAt(model, ["use", "secrets"])?.toJSON();
  return {
    authentications: defined("authentications"),
    errors: defined("errors"),
    functions: defined("functions"),
    retries: defined("retries"),
    timeouts: defined("timeouts"),
    secrets: Array.isArray(secrets) ? secrets.map(String) : [],
    steps: task ? beside(model, task) : [],
  };
}

function beside(model: Model, task: Task): string[] {
  const list = JSON.stringify(task.path.slice(0, -2));
  return [...everyTask(model.tasks)]
    .filter((each) => each.id !== task.id && JSON.stringify(each.path.slice(0, -2)) === list)
    .map((each) => each.name);
}

export const NO_NAMES: Names = {
  authentications: [],
  errors: [],
  functions: [],
  retries: [],
  timeouts: [],
  secrets: [],
  steps: [],
};

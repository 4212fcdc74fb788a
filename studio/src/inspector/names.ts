/** Names that a document has given to its parts, for fields that refer to them. */
import type { ServerFunction } from "../api/functions";
import { plainAt } from "../document/aliases";
import { namesIn } from "../document/edits/entries";
import { everyTask, type Model, type Task } from "../document/task";

export interface Names {
  readonly authentications: readonly string[];
  readonly errors: readonly string[];
  readonly functions: readonly string[];
  readonly retries: readonly string[];
  readonly timeouts: readonly string[];
  readonly secrets: readonly string[];
  /** What the server was given to call. */
  readonly registered: readonly ServerFunction[];
  /** The tasks that a task's `then` may lead to: those beside it. */
  readonly steps: readonly string[];
}

/** The names of one sort. */
export type Part = Exclude<keyof Names, "registered">;

export function namesOf(model: Model, task: Task | undefined, registered: readonly ServerFunction[] = []): Names {
  const defined = (part: string): string[] => namesIn(model, ["use", part]);
  const secrets = plainAt(model, ["use", "secrets"]);
  return {
    authentications: defined("authentications"),
    errors: defined("errors"),
    functions: defined("functions"),
    retries: defined("retries"),
    timeouts: defined("timeouts"),
    secrets: Array.isArray(secrets) ? secrets.map(String) : [],
    registered,
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
  registered: [],
  steps: [],
};

/** How a task is taken back: the members of `compensate`. */
import { type Member, options } from "../fields";
import { RETRY_OR_NAME } from "./errors";

/** Of an undo that has steps of its own. */
export const UNDO: readonly Member[] = [
  { at: ["do"], label: "Steps of the undo", required: true, kind: "tasks" },
  {
    at: ["probe"],
    label: "Ask first whether it happened",
    help: "asked when nobody knows: its output is true, false, or null where that stays unknown",
    kind: "tasks",
  },
  {
    at: ["on"],
    label: "Undone when",
    kind: "choice",
    options: options(
      ["completed", "the step completed, or nobody knows"],
      ["attempted", "it was attempted, even if it failed"],
    ),
  },
  {
    at: ["retry"],
    label: "Retry of the undo",
    help: "otherwise 10 attempts, from 1 second doubling to 1 minute",
    initial: { delay: { seconds: 5 }, backoff: { exponential: {} }, limit: { attempt: { count: 10 } } },
    ...RETRY_OR_NAME,
  },
  {
    at: ["onFailure"],
    label: "When the undo fails for good",
    kind: "choice",
    options: options(["suspend", "wait for a person"], ["continue", "go on, and report it"]),
  },
];

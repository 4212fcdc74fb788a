/** Which of the server's diagnostics belong to which field. */
import type { Diagnostic } from "../api/http";
import { everyTask, type Path, type Task } from "../document/task";
import type { Member } from "./fields";

/** The pointer under which the server knows a place: that of the author form, also where the text has the other one. */
export const pointerOf = (path: Path): string =>
  path
    .filter((key, at) => {
      // After an index it is the name of a step.
      const portable = key === "metadata" && typeof path[at - 1] !== "number";
      return !(portable && ["compensate", "saga"].includes(String(path[at + 1])));
    })
    .map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");

export const isWithin = (pointer: string, path: Path): boolean => {
  const own = pointerOf(path);
  return pointer === own || pointer.startsWith(`${own}/`);
};

/** Of all diagnostics those about a task itself, without those about tasks inside it. */
export function problemsOf(all: readonly Diagnostic[], task: Task, tasks: readonly Task[]): readonly Diagnostic[] {
  const own = all.filter((each) => isWithin(each.pointer, task.path));
  const inner = [...everyTask(tasks)].filter((each) => each.id !== task.id && isWithin(each.id, task.path));
  return own.filter((each) => !inner.some((other) => isWithin(each.pointer, other.path)));
}

/** About something below `base` that none of its members shows. */
export const unclaimed = (
  problems: readonly Diagnostic[],
  base: Path,
  members: readonly Member[],
): readonly Diagnostic[] =>
  problems.filter(
    (each) =>
      isWithin(each.pointer, base) && !members.some((member) => isWithin(each.pointer, [...base, ...member.at])),
  );

/** About what one of the members shows, for the tab that they stand on. */
export const claimed = (
  problems: readonly Diagnostic[],
  base: Path,
  members: readonly Member[],
): readonly Diagnostic[] =>
  problems.filter((each) => members.some((member) => isWithin(each.pointer, [...base, ...member.at])));

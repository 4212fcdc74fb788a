/** What the studio knows of a workflow document: its tasks as a tree, each with its place in the text. */
import type { Document } from "yaml";

/** Keys and indices from the root of the document. */
export type Path = readonly (string | number)[];

/** Half-open range of characters in the text. */
export type Range = readonly [from: number, to: number];

export const KINDS = [
  "call",
  "do",
  "emit",
  "for",
  "fork",
  "listen",
  "raise",
  "run",
  "set",
  "switch",
  "try",
  "wait",
] as const;

export type Kind = (typeof KINDS)[number] | "unknown";

/** A list of tasks inside another task. */
export interface Group {
  readonly role: "body" | "branch" | "catch";
  readonly label?: string;
  /** Path of the list itself. */
  readonly path: Path;
  readonly tasks: readonly Task[];
}

/** One case of a `switch`. */
export interface Case {
  readonly name: string;
  readonly when?: string;
  readonly then?: string;
}

/** How a task is taken back. */
export interface Undo {
  readonly form: "tasks" | "function" | "none" | "unknown";
  /** What is shown: the name of the first task, of the function, or the reason why there is none. */
  readonly label: string;
  readonly path: Path;
  readonly tasks: readonly Task[];
}

export interface Task {
  /** JSON pointer into the document, as the server names tasks: `/do/0/charge`. */
  readonly id: string;
  readonly name: string;
  readonly kind: Kind;
  /** Path of the task's own map. */
  readonly path: Path;
  /** From the name to the end of the task's map. */
  readonly range: Range;
  readonly summary: string;
  readonly groups: readonly Group[];
  readonly cases: readonly Case[];
  readonly then?: string;
  /** Where control goes when a `try` has caught an error. */
  readonly caughtThen?: string;
  readonly condition?: string;
  readonly timeout?: string;
  readonly undo?: Undo;
  readonly pivot: boolean;
}

export interface Fault {
  readonly message: string;
  readonly range: Range;
}

export interface Heading {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

/** A text that was read. Where it is not YAML, `tasks` is empty and `faults` says why. */
export interface Model {
  readonly text: string;
  /** Whether the text is JSON, which is YAML too. */
  readonly json: boolean;
  readonly document: Document.Parsed;
  readonly heading: Heading;
  readonly tasks: readonly Task[];
  readonly faults: readonly Fault[];
}

/** RFC 6901. */
export const pointerOf = (path: Path): string =>
  path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Whether it leads to or into an undo. A key after an index is the name of a step, and may be any word. */
export const isInUndo = (path: Path): boolean =>
  path.some((key, at) => key === "compensate" && typeof path[at - 1] !== "number");

/** Every task, those in composites and in undos included, in the order of the text. */
export function* everyTask(tasks: readonly Task[]): Generator<Task> {
  for (const task of tasks) {
    yield task;
    for (const group of task.groups) yield* everyTask(group.tasks);
    if (task.undo) yield* everyTask(task.undo.tasks);
  }
}

/** The forward tasks: those that are no part of an undo. */
export function* forwardTasks(tasks: readonly Task[]): Generator<Task> {
  for (const task of tasks) {
    yield task;
    for (const group of task.groups) yield* forwardTasks(group.tasks);
  }
}

export function findTask(tasks: readonly Task[], id: string): Task | undefined {
  for (const task of everyTask(tasks)) if (task.id === id) return task;
  return undefined;
}

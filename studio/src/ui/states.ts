/** The states of tasks and instances, and what has become of steps between two versions: a word, an icon and a colour each, so that colour is never alone. */
import type { IconName } from "./Icon";

export type Tone = "done" | "failed" | "undo" | "running" | "waiting" | "warning" | "idle";

export interface State {
  readonly word: string;
  readonly icon?: IconName;
  readonly tone: Tone;
}

export const STATES = {
  idle: { word: "not run", tone: "idle" },
  pending: { word: "pending", tone: "idle" },
  running: { word: "running", icon: "play", tone: "running" },
  waiting: { word: "waiting", icon: "wait", tone: "waiting" },
  retrying: { word: "retrying", icon: "retry", tone: "warning" },
  completed: { word: "completed", icon: "check", tone: "done" },
  faulted: { word: "failed", icon: "cross", tone: "failed" },
  cancelled: { word: "cancelled", icon: "stop", tone: "idle" },
  skipped: { word: "skipped", icon: "skip", tone: "idle" },
  stopped: { word: "stopped here", icon: "pause", tone: "warning" },
  suspended: { word: "suspended", icon: "pause", tone: "warning" },
  undone: { word: "undone", icon: "undo", tone: "undo" },
  undoing: { word: "undoing", icon: "undo", tone: "undo" },
  stuck: { word: "needs a person", icon: "stuck", tone: "failed" },
  added: { word: "new", icon: "plus", tone: "done" },
  removed: { word: "gone", icon: "cross", tone: "failed" },
  changed: { word: "changed", icon: "set", tone: "warning" },
  moved: { word: "moved", icon: "swap", tone: "waiting" },
} as const satisfies Record<string, State>;

export type StateName = keyof typeof STATES;

export const stateOf = (name: string): State => (name in STATES ? STATES[name as StateName] : STATES.idle);

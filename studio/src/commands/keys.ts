/** The keys of each page. On a Mac, ⌘ does what Ctrl does. */
type Row = readonly [keys: string, told: string];

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

const EVERYWHERE: Section = {
  title: "Everywhere",
  rows: [
    ["Ctrl+K", "list all that can be done, and find it by name"],
    ["?", "show this list"],
    ["Escape", "close what is open, give up what is begun"],
  ],
};

const DRAWING: Section = {
  title: "On the drawing",
  rows: [
    ["↑ ↓", "follow the flow"],
    ["→ ←", "to the undo of a step, and back"],
    ["Enter", "open a step"],
  ],
};

const EDITING: Section = {
  title: "Change the drawing",
  rows: [
    ["A", "add a step after the one with the focus"],
    ["U", "add its undo"],
    ["F", "suppose that it fails: What-if"],
    ["Delete", "remove it"],
    ["Alt+↑ Alt+↓", "move it up or down"],
    ["Shift+↑ Shift+↓", "select several"],
    ["Ctrl+X C V", "cut, copy and paste, as YAML"],
    ["Ctrl+D", "duplicate"],
    ["Ctrl+Z", "undo the last change"],
    ["Ctrl+Shift+Z", "do it again"],
    ["Y", "show or hide the text"],
  ],
};

const DEBUGGING: Section = {
  title: "While debugging",
  rows: [
    ["B", "set or clear a breakpoint at a step"],
    ["F", "let the step fail that would start next"],
    ["F5", "go on"],
    ["F10", "to the next step"],
    ["F11", "into a step"],
    ["Shift+F11", "out of it"],
  ],
};

const TIME: Section = {
  title: "In a history",
  rows: [
    ["[ ]", "one step back, one forward"],
    ["Home End", "to the beginning, to now"],
  ],
};

export function keysOn(path: string): Section[] {
  if (/^\/workflows\/(new$|.+\/edit$)/.test(path)) return [EVERYWHERE, DRAWING, EDITING, DEBUGGING, TIME];
  if (/^\/instances\/./.test(path)) return [EVERYWHERE, DRAWING, TIME, DEBUGGING];
  return [EVERYWHERE];
}

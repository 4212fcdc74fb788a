/** What the designer adds to the list of commands. */
import type { Place } from "../canvas/actions";
import type { Command } from "../commands/registry";
import { placeOf } from "../document/edits/tasks";
import { everyTask, type Task } from "../document/task";
import type { Draft } from "./draft";
import type { Structure } from "./useStructure";

interface Deps {
  readonly draft: Draft;
  readonly structure: Structure;
  readonly task: Task | undefined;
  /** Whether the drawing can be changed now. */
  readonly editable: boolean;
  readonly insertAt: (place: Place) => void;
  readonly setSearch: (changes: Readonly<Record<string, string | undefined>>) => void;
  readonly yaml: boolean;
  readonly onPublish: () => void;
}

export function designerCommands(deps: Deps): Command[] {
  const { draft, structure, setSearch, yaml, onPublish } = deps;
  const { drawn, canUndo, canRedo } = draft.snapshot();
  const group = "Workflow";
  const modes = { Design: undefined, "What-if": "whatif", Debug: "debug" };
  return [
    ...(deps.editable ? editing(deps) : []),
    ...(canUndo ? [{ id: "undo", title: "Undo the last change", group, keys: "Ctrl+Z", run: () => draft.undo() }] : []),
    ...(canRedo ? [{ id: "redo", title: "Do it again", group, keys: "Ctrl+Shift+Z", run: () => draft.redo() }] : []),
    {
      id: "yaml",
      title: yaml ? "Hide the text" : "Show the text",
      group,
      keys: "Y",
      words: "yaml code editor",
      run: () => setSearch({ yaml: yaml ? undefined : "1" }),
    },
    ...Object.entries(modes).map(([name, mode]) => ({
      id: `mode ${name}`,
      title: `Mode: ${name}`,
      group,
      run: () => setSearch({ mode }),
    })),
    { id: "publish", title: "Publish …", group, words: "release version", run: onPublish },
    ...[...everyTask(drawn.tasks)].map((task) => ({
      id: `step ${task.id}`,
      title: `Go to ${task.name}`,
      group: "Steps",
      words: `${task.kind} ${task.summary}`,
      run: () => structure.goTo(task.id),
    })),
  ];
}

function editing({ structure, task, insertAt }: Deps): Command[] {
  if (!task)
    return [{ id: "add", title: "Add a step …", group: "Step", run: () => insertAt({ list: ["do"], index: 0 }) }];
  const { name, id } = task;
  const [list, index] = placeOf(task);
  const ids = structure.meant(id);
  const what = ids.length > 1 ? `${ids.length} steps` : name;
  const part = { switch: "a case", fork: "a branch", try: "what handles an error" }[task.kind as "switch"];
  const commands: Omit<Command, "group">[] = [
    { id: "after", title: `Add a step after ${name} …`, keys: "A", run: () => insertAt({ list, index: index + 1 }) },
    { id: "before", title: `Add a step before ${name} …`, run: () => insertAt({ list, index }) },
    ...(task.undo
      ? []
      : [{ id: "undo of", title: `Add an undo to ${name}`, keys: "U", run: () => structure.addUndo(id) }]),
    ...(part ? [{ id: "part", title: `Add ${part} to ${name}`, run: () => structure.addPart(id) }] : []),
    { id: "up", title: `Move ${what} up`, keys: "Alt+↑", run: () => structure.moveBy(ids, -1) },
    { id: "down", title: `Move ${what} down`, keys: "Alt+↓", run: () => structure.moveBy(ids, 1) },
    { id: "duplicate", title: `Duplicate ${what}`, keys: "Ctrl+D", run: () => structure.duplicate(ids) },
    { id: "copy", title: `Copy ${what}`, keys: "Ctrl+C", run: () => structure.copyToClipboard(ids) },
    { id: "remove", title: `Remove ${what}`, keys: "Delete", words: "delete", run: () => structure.remove(ids) },
  ];
  return commands.map((command) => ({ ...command, group: "Step" }));
}

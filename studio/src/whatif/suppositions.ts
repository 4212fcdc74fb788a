/** What is supposed lives in the address: the mode, the step that fails, how, and whether an undo fails too. */
import { useMemo, useState } from "react";
import type { Fault, Trace } from "../api/rehearsals";
import { useSearchState } from "../app/search";
import type { Mark } from "../canvas/flow";
import type { Task } from "../document/task";
import { type Way, wayOf } from "./faults";
import { marksOf } from "./marks";
import { useWhatIf } from "./useWhatIf";

export interface Suppositions {
  readonly on: boolean;
  readonly way: Way;
  readonly undoFails: boolean;
  readonly faults: readonly Fault[];
  readonly trace: Trace | undefined;
  readonly error: Error | null;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly onWay: (id: string) => void;
  readonly onUndoFails: (fails: boolean) => void;
  /** What flows in, as JSON; empty for the smallest that the document's schema allows. */
  readonly input: string;
  readonly onInput: (input: string) => void;
  /** The same, read. */
  readonly given: { readonly input?: unknown };
}

const NOTHING: ReadonlyMap<string, Mark> = new Map();

export function useSuppositions(text: string, task: Task | undefined, sound: boolean | undefined): Suppositions {
  const [search, setSearch] = useSearchState();
  const on = search.get("mode") === "whatif";
  const way = wayOf(search.get("fault"));
  const undoFails = search.get("undo") === "fails";
  const [input, setInput] = useState("");
  const given = useMemo<{ input?: unknown }>(
    () => (input.trim() ? { input: JSON.parse(input) as unknown } : {}),
    [input],
  );
  const failing = task && (task.kind === "call" || task.kind === "run") ? task : undefined;
  const first = useMemo<readonly Fault[]>(() => (failing ? [way.fault(failing.id)] : []), [failing, way]);
  const plain = useWhatIf({ document: text, faults: first, ...given }, on && sound === true);
  const undone = plain.data?.trace.undos?.[0]?.reference;
  const faults = useMemo<readonly Fault[]>(
    () =>
      undoFails && undone
        ? [...first, { task: undone, undo: true, error: { type: "communication", status: 422 } }]
        : first,
    [first, undoFails, undone],
  );
  const worse = useWhatIf({ document: text, faults, ...given }, on && sound === true && faults !== first);
  const { data, error } = faults === first ? plain : worse;
  const trace = on ? data?.trace : undefined;
  const marks = useMemo(() => (trace ? marksOf(trace) : NOTHING), [trace]);
  return {
    on,
    way,
    undoFails,
    faults,
    trace,
    error,
    marks,
    onWay: (id) => setSearch({ fault: id }),
    onUndoFails: (fails) => setSearch({ undo: fails ? "fails" : undefined }),
    input,
    given,
    onInput: setInput,
  };
}

/** Where a problem, what mends it, and the cursor in the text lead: to the step that they belong to. */
import { useCallback, useState } from "react";
import type { Diagnostic } from "../api/http";
import { useSearchState } from "../app/search";
import { type Edit, within } from "../document/splice";
import { everyTask, type Model, type Task } from "../document/task";
import type { Reveal } from "../editor/YamlPane";
import { isWithin } from "../inspector/problems";
import { useLasting } from "../ui/useLasting";
import type { Draft } from "./draft";
import type { Structure } from "./useStructure";

interface Leading {
  readonly open: (diagnostic: Diagnostic) => void;
  readonly fix: (edit: Edit, of: Model, diagnostic: Diagnostic) => void;
  readonly onCursor: (at: number) => void;
  /** The place in the text that is to be shown next. */
  readonly reveal: Reveal | undefined;
}

export function useLeading(draft: Draft, drawn: Model, { select, focusOn }: Structure): Leading {
  const [search, setSearch] = useSearchState();
  const yaml = search.get("yaml") === "1";
  const [reveal, setReveal] = useState<Reveal>();
  const open = useLasting(({ pointer, line, column }: Diagnostic): void => {
    const owner = innermostAt(pointer, drawn);
    if (owner) select(owner.id);
    if (line !== null && (yaml || !owner)) {
      setSearch({ yaml: "1" });
      setReveal({ line, column: column ?? 1 });
    }
  });
  // What offered the fix goes with it: whoever came by keyboard goes on at the step that is mended.
  const fix = useLasting((edit: Edit, of: Model, { pointer }: Diagnostic): void => {
    if (draft.snapshot().model !== of) return;
    draft.apply(edit);
    focusOn(innermostAt(pointer, drawn)?.id);
  });
  const onCursor = useCallback(
    (at: number) => {
      let inner: Task | undefined;
      for (const each of everyTask(draft.snapshot().drawn.tasks)) {
        // All that an alias means stands where that does: it leads to what is written there.
        if (within(each.range, at) && each.range.join() !== inner?.range.join()) inner = each;
      }
      if (inner) select(inner.id);
    },
    [draft, select],
  );
  return { open, fix, onCursor, reveal };
}

/** The step that a place in the document belongs to. */
const innermostAt = (pointer: string, { tasks }: Model): Task | undefined =>
  [...everyTask(tasks)].filter((each) => isWithin(pointer, each.path)).at(-1);

/** What the designer is at: designing, supposing that something fails, or debugging. */
import type { Diagnostic } from "../api/http";
import { type DraftDebug, useDraftDebug } from "../debug/useDraftDebug";
import type { Task } from "../document/task";
import { type Suppositions, useSuppositions } from "../whatif/suppositions";
import type { Draft, Shown } from "./draft";

export interface Modes {
  readonly supposed: Suppositions;
  readonly debug: DraftDebug;
  /** Whether what is drawn is older than the text, which cannot be read. */
  readonly stale: boolean;
  /** Whether the server has found no error in what is drawn. */
  readonly sound: boolean;
  /** Whether the drawing can be changed now. */
  readonly editable: boolean;
}

export function useModes(
  draft: Draft,
  { text, model, drawn }: Shown,
  task: Task | undefined,
  diagnostics: readonly Diagnostic[] | undefined,
): Modes {
  const stale = model !== drawn;
  const sound = !stale && diagnostics?.every((each) => each.severity !== "error") === true;
  const supposed = useSuppositions(text, task, sound);
  const debug = useDraftDebug(draft.key, text, drawn);
  return { supposed, debug, stale, sound, editable: !stale && !supposed.on && !debug.on };
}

/** What of a draft can be undone, and what the server finds in its text, less what is known better here. */
import { useMemo } from "react";
import type { Diagnostic } from "../api/http";
import { type Coverage, coverage, UNCOVERED } from "../document/coverage";
import type { Model } from "../document/task";
import { useReadOnly } from "../inspector/useRegistered";
import { useReading } from "../operations/reading";

export interface Covered {
  readonly covered: Coverage;
  /** The ids of those without an undo. */
  readonly missing: ReadonlySet<string>;
  /** `undefined` while nothing is known. */
  readonly diagnostics: readonly Diagnostic[] | undefined;
}

export function useCovered(drawn: Model, found: readonly Diagnostic[] | undefined): Covered {
  const readOnly = useReadOnly();
  const reading = useReading();
  const covered = useMemo(() => coverage(drawn, { readOnly, reading }), [drawn, readOnly, reading]);
  const missing = useMemo(() => new Set(covered.missing.map((task) => task.id)), [covered]);
  const { excused } = covered;
  const diagnostics = useMemo(
    () =>
      excused.size > 0 ? found?.filter(({ code, pointer }) => code !== UNCOVERED || !excused.has(pointer)) : found,
    [found, excused],
  );
  return { covered, missing, diagnostics };
}

/** A draft to work on: its text, its drawing, and what is selected of it, side by side. */
import { Suspense, useCallback, useMemo, useState } from "react";
import type { Diagnostic } from "../api/http";
import { useSearchState } from "../app/search";
import type { Place } from "../canvas/actions";
import { useCommands } from "../commands/registry";
import type { Edit } from "../document/splice";
import { findTask, type Model, type Task } from "../document/task";
import { Held } from "../ui/Held";
import { later } from "../ui/later";
import { designerCommands } from "./commands";
import { Drawing } from "./Drawing";
import { type Draft, useDraft } from "./draft";
import { Header } from "./Header";
import { InsertDialog } from "./InsertDialog";
import { Problems } from "./Problems";
import { Side } from "./Side";
import { useCovered } from "./useCovered";
import { useLeading } from "./useLeading";
import { useModes } from "./useModes";
import { useStructure } from "./useStructure";
import { useValidation } from "./validation";
import "./designer.css";

const NONE: readonly Diagnostic[] = [];

const PublishDialog = later(() => import("../publish/PublishDialog"));
const YamlPane = later(() => import("../editor/YamlPane"));

export function Designer({ draft }: { draft: Draft }) {
  const shown = useDraft(draft);
  const { model, drawn } = shown;
  const [search, setSearch] = useSearchState();
  const selected = search.get("sel") ?? undefined;
  const yaml = search.get("yaml") === "1";
  const [asking, setAsking] = useState<{ readonly place: Place; readonly turn: number }>();
  const [publishing, setPublishing] = useState(false);
  const { diagnostics: found, current, error: unchecked } = useValidation(shown.text);
  const { covered, missing, diagnostics } = useCovered(drawn, found);
  const problems = diagnostics ?? NONE;
  const task = useMemo(() => taskOf(drawn, selected), [drawn, selected]);
  const modes = useModes(draft, shown, task, diagnostics);

  const show = useCallback((id: string | undefined) => setSearch({ sel: id }), [setSearch]);
  const insertAt = useCallback((place: Place) => setAsking((old) => ({ place, turn: (old?.turn ?? 0) + 1 })), []);
  const structure = useStructure(draft, selected, show);
  const { open, fix, onCursor, reveal } = useLeading(draft, drawn, structure);
  const apply = useCallback((edit: Edit) => draft.apply(edit), [draft]);
  const toggleText = (): void => setSearch({ yaml: yaml ? undefined : "1" });
  const onPublish = (): void => setPublishing(true);
  const { editable } = modes;
  useCommands(() => designerCommands({ draft, structure, task, editable, insertAt, setSearch, yaml, onPublish }));

  return (
    <div className="designer">
      <Header draft={draft} shown={shown} covered={covered} diagnostics={diagnostics} onPublish={onPublish} />
      <div className={yaml ? "designer-body with-yaml" : "designer-body"}>
        {yaml ? (
          <Suspense fallback={<p className="loading">Loading …</p>}>
            <YamlPane draft={draft} diagnostics={problems} range={task?.range} reveal={reveal} onCursor={onCursor} />
          </Suspense>
        ) : null}
        <Drawing {...{ draft, shown, modes, structure, selected, missing, insertAt, toggleText, unchecked }}>
          <Problems diagnostics={problems} model={current ? model : undefined} onOpen={open} onFix={fix} />
        </Drawing>
        <aside className="designer-side" aria-label="Inspector">
          {/* The drawing comes first: what is shown of another step follows after it. */}
          <Held by={task?.id}>
            <Side {...{ shown, modes, task, covered, apply, structure }} diagnostics={problems} />
          </Held>
        </aside>
      </div>
      {publishing ? (
        <Suspense>
          <PublishDialog draft={draft} shown={shown} onClose={() => setPublishing(false)} />
        </Suspense>
      ) : null}
      {asking ? (
        <InsertDialog
          key={asking.turn}
          onClose={() => setAsking(undefined)}
          onChoose={(choice) => structure.insert(asking.place, choice)}
        />
      ) : null}
    </div>
  );
}

const taskOf = (model: Model, id: string | undefined): Task | undefined =>
  id === undefined ? undefined : findTask(model.tasks, id.replace(/#undo$/, ""));

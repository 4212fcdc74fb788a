import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useState } from "react";
import type { Diagnostic } from "../api/http";
import { useSearchState } from "../app/search";
import { Canvas } from "../canvas/Canvas";
import { breakpointAt } from "../debug/breakpoints";
import { DraftDebugPanel } from "../debug/DraftDebugPanel";
import { pressed } from "../debug/keys";
import { useDraftDebug } from "../debug/useDraftDebug";
import { coverage } from "../document/coverage";
import { freeName, insertTask, removeTask } from "../document/edits/tasks";
import { setUndo, undoName } from "../document/edits/undo";
import { type Edit, within } from "../document/splice";
import { everyTask, findTask, type Model, type Task } from "../document/task";
import { ExpressionScope } from "../expressions/scope";
import { Inspector } from "../inspector/Inspector";
import { WorkflowPanel } from "../inspector/WorkflowPanel";
import { Scrubber } from "../instances/Scrubber";
import type { Slot } from "../layout/geometry";
import { useSuppositions } from "../whatif/suppositions";
import { WhatIfPanel } from "../whatif/WhatIfPanel";
import { Conflict } from "./Conflict";
import { type Draft, useDraft } from "./draft";
import { Header } from "./Header";
import { InsertDialog } from "./InsertDialog";
import { Keys, Overview } from "./Overview";
import { Problems } from "./Problems";
import type { Choice } from "./palette";
import { useValidation } from "./validation";
import "./designer.css";

const NONE: readonly Diagnostic[] = [];

const PublishDialog = lazy(() => import("../publish/PublishDialog"));
const YamlPane = lazy(() => import("../editor/YamlPane"));

export function Designer({ draft }: { draft: Draft }) {
  const shown = useDraft(draft);
  const { model, drawn } = shown;
  const [search, setSearch] = useSearchState();
  const selected = search.get("sel") ?? undefined;
  const yaml = search.get("yaml") === "1";
  const [slot, setSlot] = useState<Slot>();
  const { diagnostics, error: unchecked } = useValidation(shown.text);
  const [publishing, setPublishing] = useState(false);
  const covered = useMemo(() => coverage(drawn.tasks), [drawn]);
  const missing = useMemo(() => new Set(covered.missing.map((task) => task.id)), [covered]);
  const task = useMemo(() => taskOf(drawn, selected), [drawn, selected]);
  // The drawing comes first: what is shown of another step follows after it.
  const inspected = taskOf(drawn, useDeferredValue(selected));

  const select = useCallback((id: string | undefined) => setSearch({ sel: id }), [setSearch]);
  const apply = useCallback((edit: Edit) => draft.apply(edit), [draft]);
  const addUndo = useCallback(
    (id: string) => {
      const found = findTask(draft.snapshot().drawn.tasks, id);
      if (!found) return;
      const body = { call: "http", with: { method: "delete", endpoint: "https://service.example.com/things" } };
      draft.apply(setUndo(draft.snapshot().drawn, found, { form: "tasks", name: undoName(found), body }));
      select(`${id}#undo`);
    },
    [draft, select],
  );
  const insert = (choice: Choice): void => {
    if (!slot) return;
    const name = freeName(drawn, slot.list, choice.name);
    draft.apply(insertTask(drawn, slot.list, slot.index, name, choice.body));
    select(`/${slot.list.join("/")}/${slot.index}/${name}`);
    setSlot(undefined);
  };
  const onCursor = useCallback(
    (at: number) => {
      let inner: string | undefined;
      for (const each of everyTask(draft.snapshot().drawn.tasks)) if (within(each.range, at)) inner = each.id;
      if (inner) select(inner);
    },
    [draft, select],
  );
  const open = ({ pointer, line }: Diagnostic): void => {
    const owner = [...everyTask(drawn.tasks)].filter((each) => pointer.startsWith(each.id)).at(-1);
    if (owner) select(owner.id);
    else if (line !== null) setSearch({ yaml: "1" });
  };
  const stale = model !== drawn;
  const sound = !stale && diagnostics?.every((each) => each.severity !== "error");
  const supposed = useSuppositions(shown.text, task, sound);
  const debug = useDraftDebug(draft.key, shown.text, drawn);
  const scope = useMemo(
    () => (inspected ? { document: shown.text, task: inspected.id, ...supposed.given } : undefined),
    [shown.text, inspected, supposed.given],
  );
  const playing = supposed.on || debug.on;
  const { toggle } = debug.breakpoints;
  const breakAt = useCallback((id: string) => toggle(breakpointAt(id)), [toggle]);
  const edits = useMemo(
    () => (debug.on ? { breakAt } : stale || supposed.on ? {} : { addUndo, insertAt: setSlot }),
    [debug.on, stale, supposed.on, breakAt, addUndo],
  );

  return (
    <div className="designer">
      <Header
        draft={draft}
        shown={shown}
        covered={covered}
        diagnostics={diagnostics}
        onPublish={() => setPublishing(true)}
      />
      <div className={yaml ? "designer-body with-yaml" : "designer-body"}>
        {yaml ? (
          <Suspense fallback={<p className="loading">Loading …</p>}>
            <YamlPane draft={draft} diagnostics={diagnostics ?? NONE} range={task?.range} onCursor={onCursor} />
          </Suspense>
        ) : null}
        <div className="designer-canvas">
          <Conflict draft={draft} shown={shown} unchecked={unchecked} />
          {stale ? <p className="stale">The text cannot be read. This is how it was before.</p> : null}
          <Canvas
            model={drawn}
            selected={selected}
            onSelect={select}
            missing={missing}
            marks={debug.on ? debug.marks : supposed.marks}
            breakpoints={debug.on ? debug.boxes : NO_BOXES}
            actions={edits}
            onKey={(event, focused) => {
              if (debug.on && focused) pressed(event, focused, breakAt, debug.debugging);
              const found = focused ? findTask(drawn.tasks, focused) : undefined;
              if (!found || stale || playing || event.ctrlKey || event.metaKey || event.altKey) return;
              if (event.key === "u" && !found.undo) addUndo(found.id);
              if (event.key === "a") setSlot(slotAfter(found.path));
              if (event.key === "Delete") apply(removeTask(drawn, found));
            }}
          />
          <div className="designer-foot">
            {debug.on && debug.moment ? (
              <Scrubber at={debug.at} last={debug.last} moment={debug.moment} onMove={debug.onMove} />
            ) : null}
            <Problems diagnostics={diagnostics ?? NONE} onOpen={open} />
          </div>
        </div>
        <aside className="designer-side" aria-label="Inspector">
          {debug.on ? (
            <DraftDebugPanel debug={debug} sound={sound === true} />
          ) : supposed.on ? (
            <WhatIfPanel text={shown.text} task={task} onSelect={select} {...supposed} />
          ) : stale ? (
            <div className="inspector">
              <Overview model={drawn} covered={covered} onSelect={select} />
            </div>
          ) : inspected ? (
            <ExpressionScope value={scope}>
              <Inspector
                key={inspected.id}
                model={drawn}
                task={inspected}
                diagnostics={diagnostics ?? NONE}
                apply={apply}
                onSelect={select}
              />
            </ExpressionScope>
          ) : (
            <WorkflowPanel
              model={drawn}
              diagnostics={diagnostics ?? NONE}
              apply={apply}
              onSelect={select}
              foot={<Keys />}
            >
              <Overview model={drawn} covered={covered} onSelect={select} />
            </WorkflowPanel>
          )}
        </aside>
      </div>
      {publishing ? (
        <Suspense>
          <PublishDialog draft={draft} shown={shown} onClose={() => setPublishing(false)} />
        </Suspense>
      ) : null}
      <InsertDialog open={slot !== undefined} onClose={() => setSlot(undefined)} onChoose={insert} />
    </div>
  );
}

const taskOf = (model: Model, id: string | undefined): Task | undefined =>
  id === undefined ? undefined : findTask(model.tasks, id.replace(/#undo$/, ""));

const NO_BOXES: ReadonlySet<string> = new Set();

const slotAfter = (path: readonly (string | number)[]): Slot => ({
  list: path.slice(0, -2),
  index: (path.at(-2) as number) + 1,
  x: 0,
  y: 0,
});

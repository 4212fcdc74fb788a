import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useState } from "react";
import type { Diagnostic } from "../api/http";
import { useSearchState } from "../app/search";
import type { Place } from "../canvas/actions";
import { Canvas } from "../canvas/Canvas";
import { useCommands } from "../commands/registry";
import { breakpointAt } from "../debug/breakpoints";
import { DraftDebugPanel } from "../debug/DraftDebugPanel";
import { pressed } from "../debug/keys";
import { useDraftDebug } from "../debug/useDraftDebug";
import { coverage } from "../document/coverage";
import { type Edit, within } from "../document/splice";
import { everyTask, findTask, type Model, type Task } from "../document/task";
import type { Reveal } from "../editor/YamlPane";
import { ExpressionScope } from "../expressions/scope";
import { Inspector } from "../inspector/Inspector";
import { isWithin } from "../inspector/problems";
import { WorkflowPanel } from "../inspector/WorkflowPanel";
import { Scrubber } from "../instances/Scrubber";
import { useSuppositions } from "../whatif/suppositions";
import { WhatIfPanel } from "../whatif/WhatIfPanel";
import { Conflict } from "./Conflict";
import { onClipboard } from "./clipboard";
import { designerCommands } from "./commands";
import { type Draft, useDraft } from "./draft";
import { Header } from "./Header";
import { InsertDialog } from "./InsertDialog";
import { pressedOnDrawing, pressedToSuppose } from "./keys";
import { Keys, Overview } from "./Overview";
import { Problems } from "./Problems";
import type { Choice } from "./palette";
import { useStructure } from "./useStructure";
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
  const [slot, setSlot] = useState<Place>();
  const { diagnostics, current, error: unchecked } = useValidation(shown.text);
  const [reveal, setReveal] = useState<Reveal>();
  const [publishing, setPublishing] = useState(false);
  const covered = useMemo(() => coverage(drawn.tasks), [drawn]);
  const missing = useMemo(() => new Set(covered.missing.map((task) => task.id)), [covered]);
  const task = useMemo(() => taskOf(drawn, selected), [drawn, selected]);
  // The drawing comes first: what is shown of another step follows after it.
  const inspected = taskOf(drawn, useDeferredValue(selected));

  const show = useCallback((id: string | undefined) => setSearch({ sel: id }), [setSearch]);
  const structure = useStructure(draft, selected, show);
  const { select, addUndo, addPart, moveTo } = structure;
  const apply = useCallback((edit: Edit) => draft.apply(edit), [draft]);
  const insert = (choice: Choice): void => {
    if (slot) structure.insert(slot, choice);
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
  const open = ({ pointer, line, column }: Diagnostic): void => {
    const owner = [...everyTask(drawn.tasks)].filter((each) => isWithin(pointer, each.path)).at(-1);
    if (owner) select(owner.id);
    if (line !== null && (yaml || !owner)) {
      setSearch({ yaml: "1" });
      setReveal({ line, column: column ?? 1 });
    }
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
    () => (debug.on ? { breakAt } : stale || supposed.on ? {} : { addUndo, addPart, moveTo, insertAt: setSlot }),
    [debug.on, stale, supposed.on, breakAt, addUndo, addPart, moveTo],
  );

  const toggleText = (): void => setSearch({ yaml: yaml ? undefined : "1" });
  const suppose = (id: string): void => setSearch({ mode: "whatif", sel: id });
  const editable = !stale && !playing;
  const onPublish = (): void => setPublishing(true);
  useCommands(() =>
    designerCommands({ draft, structure, task, editable, insertAt: setSlot, setSearch, yaml, onPublish }),
  );

  return (
    <div className="designer">
      <Header draft={draft} shown={shown} covered={covered} diagnostics={diagnostics} onPublish={onPublish} />
      <div className={yaml ? "designer-body with-yaml" : "designer-body"}>
        {yaml ? (
          <Suspense fallback={<p className="loading">Loading …</p>}>
            <YamlPane
              draft={draft}
              diagnostics={diagnostics ?? NONE}
              range={task?.range}
              reveal={reveal}
              onCursor={onCursor}
            />
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
            chosen={structure.chosen}
            wanted={structure.wanted}
            onKey={(event, focused) => {
              if (debug.on && focused) pressed(event, focused, breakAt, debug.debugging);
              if (!debug.on) pressedToSuppose(event, focused, suppose);
              if (editable) pressedOnDrawing(event, focused, { draft, structure, insertAt: setSlot, toggleText });
            }}
            onClipboard={(event) => {
              if (!editable) return;
              const ids = structure.meant(selected);
              onClipboard(event, {
                copied: () => structure.copied(ids),
                cut: () => structure.remove(ids),
                pasted: (text) => structure.paste(text, selected),
              });
            }}
          />
          <p className="said" role="status">
            {structure.said}
          </p>
          <div className="designer-foot">
            {debug.on && debug.moment ? (
              <Scrubber at={debug.at} last={debug.last} moment={debug.moment} onMove={debug.onMove} />
            ) : null}
            <Problems
              diagnostics={diagnostics ?? NONE}
              model={current ? model : undefined}
              onOpen={open}
              onFix={apply}
            />
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

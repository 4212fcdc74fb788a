/** The two drawings, aligned: what is the same step stands at the same height. What is chosen is chosen on both sides. */
import { useEffect, useMemo, useRef, useState } from "react";
import { useSearchState } from "../app/search";
import type { Model } from "../document/task";
import { layout } from "../layout/layout";
import { Sketch } from "../sketch/Sketch";
import { aligned } from "./alignment";
import { bothSides, marksOf } from "./marks";
import { matched, stepAt } from "./matching";

interface Props {
  readonly before: Model;
  readonly after: Model;
  readonly names: readonly [string, string];
}

const ROOM = 40;
const SCALE_MIN = 0.45;

export function StepsSideBySide({ before, after, names }: Props) {
  const [search, setSearch] = useSearchState();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const found = useMemo(() => matched(before, after), [before, after]);
  const marks = useMemo(() => marksOf(found), [found]);
  const blocks = useMemo(() => {
    const pairs = found.pairs.map((each) => [each.before.task.id, each.after.task.id] as const);
    return aligned(layout(before.tasks, { docked: true }), layout(after.tasks, { docked: true }), pairs);
  }, [before, after, found]);
  const scale = Math.max(SCALE_MIN, Math.min(1, ...blocks.map((block) => (width / 2 - ROOM) / block.width)));
  const chosen = bothSides(found.pairs, stepOf(search.get("sel"), before, after));
  useEffect(() => {
    if (chosen.before || chosen.after) frame.current?.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  }, [chosen.before, chosen.after]);
  return (
    <div className="compare-steps" ref={frame}>
      {([names[0], names[1]] as const).map((name, side) => {
        const [key, block] = side === 0 ? (["before", blocks[0]] as const) : (["after", blocks[1]] as const);
        return (
          <section key={key} aria-label={side === 0 ? `Earlier: ${name}` : `Later: ${name}`}>
            <h2>
              <span className="muted">{side === 0 ? "earlier" : "later"}</span> {name}
            </h2>
            <Sketch
              block={block}
              scale={scale}
              label="Steps"
              marks={marks[key]}
              selected={chosen[key]}
              onSelect={(id) => setSearch({ sel: `${side === 0 ? "a" : "b"}:${id}` })}
            />
          </section>
        );
      })}
    </div>
  );
}

/** The step that the address names, which may name something within it. */
function stepOf(chosen: string | null, before: Model, after: Model): string | undefined {
  if (!chosen) return undefined;
  const [side, pointer] = [chosen.slice(0, 2), chosen.slice(2)];
  if (pointer.endsWith("#undo")) return chosen;
  const task = stepAt(side === "b:" ? after : before, pointer);
  if (!task) return undefined;
  const undo = task.undo && pointer.startsWith(`${task.id}/compensate`) ? "#undo" : "";
  return `${side}${task.id}${undo}`;
}

function useWidth(frame: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return width;
}

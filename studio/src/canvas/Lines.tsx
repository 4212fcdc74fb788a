/** The lines of the canvas, with what is written on them: one picture below the boxes. */
import { memo, useMemo } from "react";
import type { Block, Line } from "../layout/geometry";
import { END } from "../layout/layout";
import type { Mark } from "./flow";
import { lastingNames } from "./identity";
import { rounded } from "./path";
import { inSight, useSight } from "./sight";

interface Props {
  readonly block: Block;
  readonly marks: ReadonlyMap<string, Mark>;
}

interface Drawn {
  readonly name: string;
  readonly line: Line;
  readonly path: string;
  readonly dim: boolean;
}

export const Lines = memo(({ block, marks }: Props) => {
  const sight = useSight(block.boxes.length);
  const drawn = useMemo(() => drawnOf(block, marks), [block, marks]);
  const seen = drawn.filter(({ line }) => inSight(sight, line.points));
  return (
    <>
      <svg className="lines" width={block.width} height={block.height} aria-hidden="true">
        <defs>
          {["flow", "undo", "dim"].map((kind) => (
            <marker
              key={kind}
              id={`head-${kind}`}
              viewBox="0 0 10 10"
              refX="9"
              refY="5"
              markerWidth="7"
              markerHeight="7"
              orient="auto-start-reverse"
            >
              <path d="M0,1 9,5 0,9z" className={`head ${kind}`} />
            </marker>
          ))}
        </defs>
        {seen.map(({ name, line, path, dim }) => (
          <LineShape key={name} kind={line.kind} path={path} dim={dim} />
        ))}
      </svg>
      {seen.map(({ name, line }) => (line.label ? <Label key={name} line={line} /> : null))}
    </>
  );
});

const LineShape = memo(({ kind, path, dim }: { kind: Line["kind"]; path: string; dim: boolean }) => {
  const head = kind === "undo" ? "undo" : dim ? "dim" : "flow";
  return <path d={path} className={`line ${kind}${dim ? " dim" : ""}`} markerEnd={`url(#head-${head})`} />;
});

function Label({ line: { label, labelAt, hint } }: { line: Line }) {
  if (!labelAt) return null;
  return (
    <div
      className="line-label"
      style={{ transform: `translate(-50%, -50%) translate(${labelAt.x}px, ${labelAt.y}px)` }}
    >
      <b>{label}</b>
      {hint ? <code>{hint}</code> : null}
    </div>
  );
}

function drawnOf({ lines }: Block, marks: Props["marks"]): Drawn[] {
  const names = lastingNames(lines.map((line) => line.id));
  return lines.map((line, index) => ({
    name: names[index] ?? line.id,
    line,
    path: rounded(line.points),
    dim: marks.size > 0 && isUntouched(line, marks),
  }));
}

/** A way that was not taken: where it comes from has not run, or where it leads to has not. */
function isUntouched(line: Line, marks: ReadonlyMap<string, Mark>): boolean {
  const ran = (id: string | undefined): boolean => {
    if (id === undefined || id.startsWith("#")) return true;
    const state = marks.get(id)?.state ?? "idle";
    return state !== "idle" && state !== "skipped";
  };
  if (line.kind === "undo") return !ran(line.to);
  // What has failed leads nowhere, least of all to the end.
  const failed = line.to === END && line.from !== undefined && marks.get(line.from)?.state === "faulted";
  return failed || !(ran(line.from) && ran(line.to));
}

/** The lines of the canvas, with what is written on them. */
import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { type LineEdge, rounded } from "./flow";

const LineShape = memo(({ id, data }: EdgeProps<LineEdge>) => {
  if (!data) return null;
  const { line, dim } = data;
  const head = line.kind === "undo" ? "undo" : dim ? "dim" : "flow";
  return (
    <>
      <BaseEdge
        id={id}
        path={rounded(line.points)}
        className={`line ${line.kind}${dim ? " dim" : ""}`}
        markerEnd={`url(#head-${head})`}
      />
      {line.label && line.labelAt ? (
        <EdgeLabelRenderer>
          <div
            className="line-label"
            style={{ transform: `translate(-50%, -50%) translate(${line.labelAt.x}px, ${line.labelAt.y}px)` }}
          >
            <b>{line.label}</b>
            {line.hint ? <code>{line.hint}</code> : null}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
});

export const LINES = { line: LineShape };

/** The heads of arrows, once for the whole page. */
export function Heads() {
  return (
    <svg className="heads" aria-hidden="true">
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
    </svg>
  );
}

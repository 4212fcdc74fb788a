/** A workflow as it would be drawn, small. It decorates: the words beside it say the same. */
import { useMemo } from "react";
import { parse } from "../document/parse";
import { type Box, SIZE } from "../layout/geometry";
import { layout } from "../layout/layout";

const MARGIN = 16;
const LEAST = 620;

export function Thumbnail({ text }: { text: string }) {
  const block = useMemo(() => layout(parse(text).tasks, { docked: false }), [text]);
  // What is short is not drawn much larger than the others.
  const [width, height] = [Math.max(block.width, LEAST), Math.max(block.height, LEAST)];
  const box = [
    (block.width - width) / 2 - MARGIN,
    (block.height - height) / 2 - MARGIN,
    width + 2 * MARGIN,
    height + 2 * MARGIN,
  ];
  const around = block.boxes.filter(({ kind }) => kind === "frame" || kind === "lane");
  const within = block.boxes.filter(({ kind }) => kind !== "frame" && kind !== "lane");
  return (
    <svg className="thumbnail" viewBox={box.join(" ")} aria-hidden="true" focusable="false">
      {around.map((each) => (
        <Around key={each.id} box={each} />
      ))}
      {block.lines.map((each) => (
        <polyline key={each.id} className={each.kind} points={each.points.map(({ x, y }) => `${x},${y}`).join(" ")} />
      ))}
      {within.map((each) => (
        <Within key={each.id} box={each} />
      ))}
    </svg>
  );
}

/** A frame has its header, from which the line within it goes on. */
function Around({ box }: { box: Box }) {
  const { kind, x, y, width, label } = box;
  if (kind === "lane") return <rect className="lane" rx={10} {...place(box)} />;
  return (
    <g className="frame">
      <rect rx={14} {...place(box)} />
      <rect className="frame-head" rx={12} x={x} y={y} width={width} height={SIZE.header} />
      <circle cx={x + 26} cy={y + SIZE.header / 2} r={11} />
      <Word x={x + 48} y={y + SIZE.header / 2} label={label} />
    </g>
  );
}

function Within({ box }: { box: Box }) {
  const { kind, x, y, height, label, task } = box;
  return (
    <g className={task ? `${kind} kind-${task.kind}` : kind}>
      <rect rx={kind === "cap" ? 16 : 12} {...place(box)} />
      {kind === "task" ? <circle cx={x + 34} cy={y + height / 2} r={15} /> : null}
      {kind === "task" ? <Word x={x + 66} y={y + height / 2} label={label} /> : null}
    </g>
  );
}

const Word = ({ x, y, label }: { x: number; y: number; label: string }) => (
  <rect className="word" x={x} y={y - 7} width={Math.min(160, label.length * 11)} height={14} rx={7} />
);

const place = ({ x, y, width, height }: Box) => ({ x, y, width, height });

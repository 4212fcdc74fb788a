/** A workflow as it would be drawn, small. It decorates: the words beside it say the same. */
import { useMemo } from "react";
import { parse } from "../document/parse";
import { layout } from "../layout/layout";

const MARGIN = 16;
const LEAST = 440;

export function Thumbnail({ text }: { text: string }) {
  const block = useMemo(() => layout(parse(text).tasks, { docked: false }), [text]);
  // What is short is not drawn larger than the others.
  const [width, height] = [Math.max(block.width, LEAST), Math.max(block.height, LEAST)];
  const box = [
    (block.width - width) / 2 - MARGIN,
    (block.height - height) / 2 - MARGIN,
    width + 2 * MARGIN,
    height + 2 * MARGIN,
  ];
  return (
    <svg className="thumbnail" viewBox={box.join(" ")} aria-hidden="true" focusable="false">
      {block.boxes
        .filter((each) => each.kind === "frame" || each.kind === "lane")
        .map((each) => (
          <rect key={each.id} className={each.kind} rx={14} {...place(each)} />
        ))}
      {block.lines.map((each) => (
        <polyline key={each.id} className={each.kind} points={each.points.map(({ x, y }) => `${x},${y}`).join(" ")} />
      ))}
      {block.boxes
        .filter((each) => each.kind !== "frame" && each.kind !== "lane")
        .map((each) => (
          <g key={each.id} className={each.task ? `${each.kind} kind-${each.task.kind}` : each.kind}>
            <rect rx={each.kind === "cap" ? 16 : 12} {...place(each)} />
            {each.kind === "task" ? <circle cx={each.x + 34} cy={each.y + each.height / 2} r={15} /> : null}
            {each.kind === "task" ? (
              <rect
                className="word"
                x={each.x + 66}
                y={each.y + 29}
                width={Math.min(160, each.label.length * 11)}
                height={14}
                rx={7}
              />
            ) : null}
          </g>
        ))}
    </svg>
  );
}

const place = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }) => ({
  x,
  y,
  width,
  height,
});

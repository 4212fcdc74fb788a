/** A drawing to look at and to choose from: as the canvas shows it, without its zoom, its pan and its keys. */
import type { Mark } from "../canvas/flow";
import { rounded } from "../canvas/path";
import type { Block, Box, Line } from "../layout/geometry";
import { Icon } from "../ui/Icon";
import { stateOf } from "../ui/states";
import "../canvas/canvas.css";
import "./sketch.css";

interface Props {
  readonly block: Block;
  /** What it shows, for whoever does not see it. A picture alone decorates: words beside it say the same. */
  readonly label?: string;
  readonly scale?: number;
  readonly marks?: ReadonlyMap<string, Mark>;
  readonly selected?: string | undefined;
  /** Where it is given, each step and each undo can be chosen. */
  readonly onSelect?: (id: string) => void;
}

const UNMARKED: ReadonlyMap<string, Mark> = new Map();

export function Sketch({ block, label, scale = 1, marks = UNMARKED, selected, onSelect }: Props) {
  const size = { width: block.width * scale, height: block.height * scale };
  const boxes = [...block.boxes].sort((a, b) => depth(a) - depth(b));
  return (
    <section className="sketch" style={size} aria-label={label} aria-hidden={onSelect ? undefined : true}>
      <div className="sketch-plane" style={{ width: block.width, height: block.height, transform: `scale(${scale})` }}>
        <Lines block={block} />
        {boxes.map((box) => (
          <BoxShape
            key={box.id}
            box={box}
            mark={marks.get(box.id)}
            selected={box.id === selected}
            onSelect={box.kind === "cap" || box.kind === "lane" ? undefined : onSelect}
          />
        ))}
        {block.lines.map((line) => (
          <LineLabel key={line.id} line={line} />
        ))}
      </div>
    </section>
  );
}

/** Frames and lanes lie below what they hold. */
const depth = (box: Box): number => (box.kind === "frame" ? 0 : box.kind === "lane" ? 1 : 2);

function Lines({ block }: { block: Block }) {
  return (
    <svg className="sketch-lines" width={block.width} height={block.height} aria-hidden="true">
      <defs>
        {["flow", "undo"].map((kind) => (
          <marker
            key={kind}
            id={`sketch-head-${kind}`}
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
      {block.lines.map((line) => (
        <path
          key={line.id}
          d={rounded(line.points)}
          className={line.kind === "undo" ? "line undo" : "line"}
          markerEnd={`url(#sketch-head-${line.kind === "undo" ? "undo" : "flow"})`}
        />
      ))}
    </svg>
  );
}

interface ShapeProps {
  readonly box: Box;
  readonly mark: Mark | undefined;
  readonly selected: boolean;
  readonly onSelect: ((id: string) => void) | undefined;
}

function BoxShape({ box, mark, selected, onSelect }: ShapeProps) {
  const place = { left: box.x, top: box.y, width: box.width, height: box.height };
  const look = `sketch-box ${classOf(box)}${mark ? ` is-${mark.state}` : ""}${selected ? " chosen" : ""}`;
  if (!onSelect) {
    return (
      <div className={look} style={place}>
        <Content box={box} mark={mark} />
      </div>
    );
  }
  return (
    <button type="button" className={look} style={place} aria-pressed={selected} onClick={() => onSelect(box.id)}>
      <Content box={box} mark={mark} />
    </button>
  );
}

const classOf = (box: Box): string =>
  box.kind === "task" ? "card" : box.kind === "undo" ? `undo-box${box.docked ? " docked" : ""}` : box.kind;

function Content({ box, mark }: { box: Box; mark: Mark | undefined }) {
  const { task } = box;
  const badge = mark ? <Badge mark={mark} /> : null;
  if (box.kind === "undo") {
    return (
      <>
        <Icon name="undo" size={14} />
        <span className="visually-hidden">Undo </span>
        <b>{box.label}</b>
        <span className="visually-hidden"> of {box.of?.split("/").at(-1)}</span>
        {badge}
      </>
    );
  }
  if (box.kind === "lane") return <span>{box.label}</span>;
  if (!task) return <>{box.label}</>;
  const tile = (
    <span className={`tile kind-${task.kind}${box.kind === "frame" ? " small" : ""}`}>
      <Icon name={task.kind} size={box.kind === "frame" ? 15 : 18} />
    </span>
  );
  if (box.kind === "frame") {
    return (
      <span className="frame-head">
        {tile}
        <b>{task.name}</b>
        <small>{task.summary}</small>
        {badge}
      </span>
    );
  }
  return (
    <>
      {tile}
      <span className="card-text">
        <b>{task.name}</b>
        <small>{task.summary || task.kind}</small>
      </span>
      {badge}
    </>
  );
}

function Badge({ mark }: { mark: Mark }) {
  const { word, icon, tone } = stateOf(mark.state);
  const text = mark.word ?? word;
  if (!text) return null;
  return (
    <span className={`badge tag ${tone}`}>
      {icon ? <Icon name={icon} size={11} /> : null}
      {text}
    </span>
  );
}

function LineLabel({ line }: { line: Line }) {
  if (!line.label || !line.labelAt) return null;
  const place = { transform: `translate(-50%, -50%) translate(${line.labelAt.x}px, ${line.labelAt.y}px)` };
  return (
    <div className="line-label" style={place}>
      <b>{line.label}</b>
      {line.hint ? <code>{line.hint}</code> : null}
    </div>
  );
}

/** When each step ran, was tried again, waited and was undone: bars with words, on one scale. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useMemo, useRef } from "react";
import type { Instance } from "../api/instances";
import { type Task as DocumentTask, everyTask } from "../document/task";
import { Icon, type IconName } from "../ui/Icon";
import { lasted } from "../ui/time";
import type { History } from "./history";
import { type Bar, type Kind, type Row, rowsOf } from "./runs";
import { distanceOf, ticksOf } from "./ticks";
import { useModel } from "./useModel";
import "./timeline.css";

const ROW_PX = 34;
/** A lane with more bars than this would be a smear: those in its middle are left out, and that is said. */
const BARS_MAX = 60;
/** A bar that is narrower than this share of the lane has no room for its word. */
const WORD_PERCENT = 9;

const KINDS: Readonly<Record<Kind, { readonly word: string; readonly tone: string; readonly icon?: IconName }>> = {
  run: { word: "ran", tone: "done" },
  failed: { word: "failed", tone: "failed", icon: "cross" },
  skipped: { word: "skipped", tone: "idle", icon: "skip" },
  cancelled: { word: "stopped", tone: "idle", icon: "cross" },
  wait: { word: "waited", tone: "waiting", icon: "wait" },
  retry: { word: "until the next try", tone: "warning", icon: "retry" },
  undo: { word: "undone", tone: "undo", icon: "undo" },
  undoFailed: { word: "undo failed", tone: "failed", icon: "stuck" },
  person: { word: "waits for a person", tone: "failed", icon: "stuck" },
};

export function Timeline({ instance, history }: { instance: Instance; history: History }) {
  const { model } = useModel(instance.workflow);
  const waits = useMemo(() => waitsOf(model?.tasks ?? []), [model]);
  const rows = useMemo(
    () => (history.whole ? rowsOf(history.events, instance.tasks, waits) : []),
    [history, instance.tasks, waits],
  );
  const box = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const begun = Date.parse(instance.createdAt);
  const now = instance.endedAt ? Date.parse(instance.endedAt) : Date.now();
  const last = history.events.at(-1)?.at ?? now;
  const scale = { begun, whole: Math.max(1, Math.max(now, last) - begun) };
  return (
    <div className="timeline">
      <header className="timeline-head">
        <span>{history.whole ? `${lasted(scale.whole)} in all` : "Reading the history …"}</span>
        <Legend rows={rows} />
      </header>
      <div className="timeline-row timeline-axis" aria-hidden="true">
        <span />
        <span className="timeline-lane">
          {ticksOf(scale.whole).map(({ at, word }) => (
            <span key={word} className="tick" style={{ left: `${at}%` }}>
              {word}
            </span>
          ))}
        </span>
        <span />
      </div>
      <section
        ref={box}
        className="timeline-box"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        aria-label="Timeline"
        style={{ "--tick": `${(distanceOf(scale.whole) / scale.whole) * 100}%` } as CSSProperties}
      >
        <ol style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map(({ index, start }) => (
            <Line key={(rows[index] as Row).id} row={rows[index] as Row} top={start} scale={scale} now={now} />
          ))}
        </ol>
      </section>
    </div>
  );
}

const waitsOf = (tasks: readonly DocumentTask[]): ReadonlySet<string> =>
  new Set(
    [...everyTask(tasks)].filter((task) => task.kind === "wait" || task.kind === "listen").map((task) => task.id),
  );

interface Scale {
  readonly begun: number;
  readonly whole: number;
}

function Line({ row, top, scale, now }: { row: Row; top: number; scale: Scale; now: number }) {
  const bars =
    row.bars.length > BARS_MAX ? [...row.bars.slice(0, BARS_MAX / 2), ...row.bars.slice(-BARS_MAX / 2)] : row.bars;
  const first = row.bars[0]?.from ?? scale.begun;
  const end = row.bars.at(-1)?.to ?? now;
  return (
    <li className="timeline-row" style={{ transform: `translateY(${top}px)` }}>
      <span className="timeline-name" title={row.reference} style={{ paddingLeft: Math.min(row.depth, 6) * 14 }}>
        {row.undo ? <Icon name="undo" size={12} /> : null} {row.name}
        {row.pass > 0 ? <span className="muted"> {row.pass.toLocaleString("en")}</span> : null}
      </span>
      <span className="timeline-lane" aria-hidden="true">
        {bars.map((bar, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: bars are only added at the end
          <BarShown key={index} bar={bar} scale={scale} now={now} />
        ))}
      </span>
      <span className="visually-hidden">{spoken(row, now)}</span>
      <span className="muted timeline-time">{lasted(Math.max(0, end - first))}</span>
    </li>
  );
}

function BarShown({ bar, scale, now }: { bar: Bar; scale: Scale; now: number }) {
  const left = ((bar.from - scale.begun) / scale.whole) * 100;
  const width = Math.max(0.4, (((bar.to ?? now) - bar.from) / scale.whole) * 100);
  const { tone, icon } = KINDS[bar.kind];
  const running = bar.to === undefined && (bar.kind === "run" || bar.kind === "undo");
  return (
    <span
      className={`bar tone-${running && bar.kind === "run" ? "running" : tone}`}
      style={{ left: `${Math.min(left, 99.6)}%`, width: `${Math.min(width, 100 - Math.min(left, 99.6))}%` }}
      title={worded(bar, now)}
    >
      {width >= WORD_PERCENT ? (
        <>
          {icon ? <Icon name={icon} size={11} /> : null}
          <span>{short(bar)}</span>
        </>
      ) : null}
    </span>
  );
}

function short({ kind, to, attempt }: Bar): string {
  const word =
    to === undefined && kind === "run" ? "runs" : to === undefined && kind === "undo" ? "is undone" : KINDS[kind].word;
  return attempt > 1 && kind !== "retry" ? `${word} · try ${attempt}` : word;
}

const worded = (bar: Bar, now: number): string =>
  `${short(bar)}: ${lasted((bar.to ?? now) - bar.from)}${bar.error ? `: ${bar.error}` : ""}`;

const SPOKEN_MAX = 8;

function spoken(row: Row, now: number): string {
  const told = row.bars.slice(-SPOKEN_MAX).map((bar) => worded(bar, now));
  const left = row.bars.length - told.length;
  return `${left > 0 ? `after ${left} others, ` : ""}${told.join("; ")}`;
}

/** Only what is there to be seen. */
function Legend({ rows }: { rows: readonly Row[] }) {
  const kinds = useMemo(() => new Set(rows.flatMap((row) => row.bars.map((bar) => bar.kind))), [rows]);
  return (
    <ul className="timeline-legend">
      {(Object.keys(KINDS) as Kind[])
        .filter((kind) => kinds.has(kind))
        .map((kind) => (
          <li key={kind}>
            <span className={`bar-sample tone-${KINDS[kind].tone}`} aria-hidden="true" /> {KINDS[kind].word}
          </li>
        ))}
    </ul>
  );
}

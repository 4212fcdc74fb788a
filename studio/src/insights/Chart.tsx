/** Series over time, drawn on a canvas; the same as a sentence and as a table. */
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { InsightReport } from "../api/insights";
import { labelsOf, SPACE } from "./axis";
import { type Series, time, told } from "./series";
import { number } from "./words";

const HEIGHT = 190;

interface Props {
  readonly title: string;
  readonly report: InsightReport;
  readonly series: readonly Series[];
  /** Whether a value is a level, and not a count of what happened. */
  readonly level?: boolean;
}

export function Chart({ title, report, series, level = false }: Props) {
  return (
    <figure className="chart">
      <figcaption>
        <h2>{title}</h2>
        <ul className="legend">
          {series.map((each) => (
            <li key={each.title}>
              <svg width="26" height="8" aria-hidden="true">
                <line
                  x1="0"
                  y1="4"
                  x2="26"
                  y2="4"
                  stroke={`var(${each.colour})`}
                  strokeWidth="2.5"
                  strokeDasharray={each.dash.join(" ")}
                />
              </svg>
              {each.title}
            </li>
          ))}
        </ul>
      </figcaption>
      <Drawing report={report} series={series} level={level} />
      <p className="muted chart-told">{told(report, series, level)}</p>
      <details>
        <summary>As a table</summary>
        <Table report={report} series={series} title={title} />
      </details>
    </figure>
  );
}

function Drawing({ report, series, level }: { report: InsightReport; series: readonly Series[]; level: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  useEffect(() => {
    const place = box.current;
    if (!place) return undefined;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(options(place, series, level), [[], ...series.map(() => [])], place);
      plot.current.setData(dataOf(latest.current, series));
    };
    draw();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: place.clientWidth, height: HEIGHT }));
    const themed = new MutationObserver(draw);
    resized.observe(place);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot.current?.destroy();
    };
  }, [series, level]);
  const latest = useRef(report);
  useEffect(() => {
    latest.current = report;
    plot.current?.setData(dataOf(report, series));
  }, [report, series]);
  return <div ref={box} className="chart-drawing" aria-hidden="true" />;
}

const dataOf = ({ buckets }: InsightReport, series: readonly Series[]): uPlot.AlignedData => [
  buckets.map((bucket) => Date.parse(bucket.at) / 1_000),
  ...series.map(({ of }) => buckets.map(of)),
];

function options(place: HTMLElement, series: readonly Series[], level: boolean): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: "12px Inter, system-ui, sans-serif",
  };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_, __, most) => [0, Math.max(4, most * 1.08)] } },
    axes: [
      { ...axis, space: SPACE, values: (_, times, __, ___, step) => labelsOf(times, step) },
      {
        ...axis,
        size: 56,
        values: (_, values) => values.map((value) => (Number.isInteger(value) ? number(value) : "")),
      },
    ],
    series: [
      {},
      ...series.map((each) => ({
        label: each.title,
        stroke: colour(each.colour),
        width: 2,
        dash: [...each.dash],
        points: { show: false },
        ...(level && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
      })),
    ],
  };
}

/** Only the times in which something was: the others are all noughts. */
function Table({ report, series, title }: { report: InsightReport; series: readonly Series[]; title: string }) {
  const rows = report.buckets.filter((bucket) => series.some(({ of }) => (of(bucket) ?? 0) > 0));
  if (rows.length === 0) return <p className="muted">Nothing in this time.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="chart-table" tabIndex={0} aria-label={`${title} as a table`}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">From</th>
            {series.map((each) => (
              <th key={each.title} scope="col">
                {each.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((bucket) => (
            <tr key={bucket.at}>
              <th scope="row">{time(bucket.at)}</th>
              {series.map((each) => (
                <td key={each.title}>{number(each.of(bucket) ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

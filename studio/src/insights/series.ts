/** Figures over time as series of a chart, and what they say in words for who does not see it. */
import type { Bucket, InsightReport } from "../api/insights";
import { number } from "./words";

export interface Series {
  readonly title: string;
  /** Name of a colour in tokens.css. */
  readonly colour: string;
  readonly dash: readonly number[];
  /** Null where nothing is known. */
  readonly of: (bucket: Bucket) => number | null;
}

export const ENDS: readonly Series[] = [
  { title: "started", colour: "--accent", dash: [], of: (bucket) => bucket.started },
  { title: "completed", colour: "--done", dash: [8, 3], of: (bucket) => bucket.completed },
  { title: "failed", colour: "--failed", dash: [2, 2], of: (bucket) => bucket.failed },
  { title: "undone", colour: "--undo", dash: [8, 3, 2, 3], of: (bucket) => bucket.undone },
];

export const DEPTHS: readonly Series[] = [
  { title: "open", colour: "--accent", dash: [], of: (bucket) => bucket.open },
  { title: "waiting for a person", colour: "--failed", dash: [2, 2], of: (bucket) => bucket.stuck },
];

export const QUEUES: readonly Series[] = [
  { title: "to be handled", colour: "--accent", dash: [], of: (bucket) => bucket.inbox },
  { title: "to go out", colour: "--warning", dash: [8, 3], of: (bucket) => bucket.owed },
];

export const TRIES: readonly Series[] = [
  { title: "tried again", colour: "--warning", dash: [], of: (bucket) => bucket.retries },
];

/** `2026-01-31 14:05`, in the time of whoever looks. */
export function time(at: string): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The sum of each series and when it was highest; and since when anything is known. */
export function told(report: InsightReport, series: readonly Series[], level: boolean): string {
  const known = report.buckets.findIndex((bucket) => series.some(({ of }) => of(bucket) !== null));
  const since = report.buckets[known]?.at;
  const sentence = series
    .map(({ title, of }) => {
      const values = report.buckets.map((bucket) => of(bucket) ?? 0);
      const most = Math.max(0, ...values);
      const now = values.at(-1) ?? 0;
      if (most === 0) return `none ${title}`;
      const at = time(report.buckets[values.indexOf(most)]?.at ?? report.since);
      const sum = values.reduce((total, value) => total + value, 0);
      return level
        ? `${number(now)} ${title}, ${number(most)} at most (${at})`
        : `${number(sum)} ${title}, most at ${at} (${number(most)})`;
    })
    .join("; ");
  return known > 0 && since ? `${sentence}; nobody looked before ${time(since)}` : sentence;
}

/** Times as people read them. */
const RELATIVE = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

export function ago(time: string, now = Date.now()): string {
  const passed = Date.parse(time) - now;
  for (const [unit, length] of UNITS) {
    if (Math.abs(passed) >= length) return RELATIVE.format(Math.round(passed / length), unit);
  }
  return "just now";
}

/** `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function lasted(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}

/** `2026-11-26 04:32` in UTC, as all times here. */
export const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 23);

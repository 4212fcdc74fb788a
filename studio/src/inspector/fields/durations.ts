/** Durations as people write them: `30` of a unit, `1h 30m`, ISO 8601, or an expression. */
import { isPlain } from "../fields";

export const UNITS = ["milliseconds", "seconds", "minutes", "hours", "days"] as const;
export type Unit = (typeof UNITS)[number];
const LETTERS: Readonly<Record<string, Unit>> = {
  ms: "milliseconds",
  s: "seconds",
  m: "minutes",
  h: "hours",
  d: "days",
};

/** The unit of a duration that has but one. */
export function onlyUnit(value: unknown): Unit | undefined {
  if (!isPlain(value)) return undefined;
  const [key, ...others] = Object.keys(value);
  return others.length === 0 ? UNITS.find((each) => each === key) : undefined;
}

/** `1h 30m` for an object of several units; ISO 8601 and expressions as they stand. */
export function written(value: unknown): string {
  if (!isPlain(value)) return value === undefined || value === null ? "" : String(value);
  return Object.entries(LETTERS)
    .reverse()
    .flatMap(([letter, unit]) => (value[unit] === undefined ? [] : [`${String(value[unit])}${letter}`]))
    .join(" ");
}

/** What somebody typed: a number of the unit that is shown, `1h 30m`, ISO 8601, or an expression. */
export function readDuration(text: string, unit: Unit | undefined): unknown {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return unit ? Number(trimmed) : { seconds: Number(trimmed) };
  if (/^P(?=.)[\dYMWDTHS.]+$/.test(trimmed) || /^\$\{[\s\S]+\}$/.test(trimmed)) return trimmed;
  const parts = [...trimmed.matchAll(/(\d+)\s*(ms|s|m|h|d)(?![a-z])\s*/g)];
  const whole = parts.map((each) => each[0]).join("");
  if (parts.length === 0 || whole !== trimmed) return undefined;
  return Object.fromEntries(parts.map(([, count, letter]) => [LETTERS[letter as string], Number(count)]));
}

import { useState } from "react";
import { setValue } from "../../document/edits/values";
import type { Path } from "../../document/task";
import { isPlain } from "../fields";
import { useScope } from "../scope";
import type { Controlled } from "./controlled";
import { useTyped } from "./useTyped";

const UNITS = ["milliseconds", "seconds", "minutes", "hours", "days"] as const;
type Unit = (typeof UNITS)[number];
const LETTERS: Readonly<Record<string, Unit>> = {
  ms: "milliseconds",
  s: "seconds",
  m: "minutes",
  h: "hours",
  d: "days",
};

/** A number of one unit; or, where there are several or it is computed, a text. */
export function Duration({ id, describedBy, value, onCommit, path }: Controlled & { readonly path: Path }) {
  const { model, apply } = useScope();
  const unit = onlyUnit(value);
  const [refused, setRefused] = useState<string>();
  const typed = useTyped(unit ? String((value as Record<string, unknown>)[unit]) : written(value), (text) => {
    const read = readDuration(text, unit);
    setRefused(read === undefined ? "Such as 30, 1h 30m or PT30S." : undefined);
    if (typeof read === "number" && unit) apply(setValue(model, [...path, unit], read));
    else if (read !== undefined) onCommit(read);
  });
  return (
    <>
      <div className="duration">
        <input
          id={id}
          autoComplete="off"
          aria-describedby={[describedBy, refused ? `${id}-refused` : ""].filter(Boolean).join(" ") || undefined}
          aria-invalid={refused ? true : undefined}
          {...typed}
        />
        {unit ? (
          <select
            aria-label="Unit"
            value={unit}
            onChange={(event) => onCommit({ [event.target.value]: (value as Record<string, unknown>)[unit] })}
          >
            {UNITS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        ) : null}
      </div>
      {refused ? (
        <small id={`${id}-refused`} className="problem-error" role="alert">
          {refused}
        </small>
      ) : null}
    </>
  );
}

function onlyUnit(value: unknown): Unit | undefined {
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

/** Goes through the history of an instance: the drawing, the data and the events move together. */
import { type KeyboardEvent, useEffect } from "react";
import type { Moment } from "../api/moments";
import { Icon } from "../ui/Icon";
import { isTurnedOff } from "../ui/letters";
import { clock } from "../ui/time";
import "./scrubber.css";

interface Props {
  readonly at: number | undefined;
  readonly last: number;
  readonly moment: Pick<Moment, "event" | "at"> | undefined;
  readonly onMove: (at: number | undefined) => void;
}

export function Scrubber({ at, last, moment, onMove }: Props) {
  const shown = at ?? last;
  const move = (to: number): void => onMove(to >= last ? undefined : Math.max(1, to));
  useEffect(() => {
    const pressed = (event: globalThis.KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select");
      if (typing || event.ctrlKey || event.metaKey || event.altKey || isTurnedOff(event)) return;
      if (event.key === "[") onMove(Math.max(1, shown - 1));
      if (event.key === "]") onMove(shown + 1 >= last ? undefined : shown + 1);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [shown, last, onMove]);
  // Where there is one place only, there is nothing to go through.
  if (last < 2) return null;
  return (
    <section className="scrubber" aria-label="Time">
      <button type="button" className="button" disabled={shown <= 1} onClick={() => move(shown - 1)}>
        <Icon name="left" />
        <span className="visually-hidden"> back</span>
      </button>
      <input
        type="range"
        min={1}
        max={last}
        value={shown}
        aria-label="Place in the history"
        aria-valuetext={`${shown} of ${last}${moment ? `: ${moment.event.type}` : ""}`}
        onChange={(event) => move(Number(event.target.value))}
        onKeyDown={(event: KeyboardEvent) => event.stopPropagation()}
      />
      <button type="button" className="button" disabled={at === undefined} onClick={() => move(shown + 1)}>
        <Icon name="right" />
        <span className="visually-hidden"> forward</span>
      </button>
      <output>
        {at === undefined ? "now" : `${shown} of ${last}`}
        {moment && at !== undefined ? ` · ${moment.event.type} · ${clock(Date.parse(moment.at))}` : ""}
      </output>
      {at === undefined ? null : (
        <button type="button" className="button" onClick={() => onMove(undefined)}>
          Now
        </button>
      )}
    </section>
  );
}

import { setValue } from "../../document/edits/values";
import type { Path } from "../../document/task";
import { useScope } from "../scope";
import type { Controlled } from "./controlled";
import { onlyUnit, readDuration, UNITS, written } from "./durations";
import { Refused, refusal } from "./Refused";
import { useChecked } from "./useTyped";

/** A number of one unit; or, where there are several or it is computed, a text. */
export function Duration({ id, describedBy, value, onCommit, path }: Controlled & { readonly path: Path }) {
  const { model, apply } = useScope();
  const unit = onlyUnit(value);
  const shown = unit ? String((value as Record<string, unknown>)[unit]) : written(value);
  const { typed, refused } = useChecked(shown, (text) => {
    const read = readDuration(text, unit);
    if (typeof read === "number" && unit) apply(setValue(model, [...path, unit], read));
    else if (read !== undefined) onCommit(read);
    return read === undefined ? "Such as 30, 1h 30m or PT30S." : undefined;
  });
  return (
    <>
      <div className="duration">
        <input id={id} autoComplete="off" {...refusal(id, refused, describedBy)} {...typed} />
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
      <Refused field={id} reason={refused} />
    </>
  );
}

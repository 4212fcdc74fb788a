/** Which of several things a value is: by a member that says so, or by itself. */
import { choose, omit } from "./choosing";
import { UNSAID, type UnionField } from "./fields";
import { type Json, pointerTo, sameJson, valueAt } from "./json";
import { Faults, type FieldProps, idOf, labelOf, Optional } from "./parts";

interface Props extends FieldProps {
  readonly field: UnionField;
  /** The one that is shown; -1: none. */
  readonly branch: number;
}

export function BranchChoice(props: Props) {
  const { field, place, typed, told, branch, required, onChange } = props;
  const { tag, branches } = field;
  const at = tag ? [...place, tag.name] : place;
  const pointer = pointerTo(at);
  const options: readonly Option[] =
    tag?.options ?? branches.map((each, index) => ({ label: each.label, branch: index }));
  const value = tag ? valueAt(typed.value, at) : undefined;
  const chosen = options.findIndex((each) => (tag ? sameJson(each.value, value) : each.branch === branch));
  const label = tag ? labelOf({ field: { ...UNSAID, kind: "json", title: tag.title }, name: tag.name }) : kindOf(props);
  const pick = (index: number): void => {
    const option = options[index];
    onChange(option ? choose(field, typed, place, option.branch, option.value) : omit(field, typed, place));
  };
  return (
    <div className="field">
      <label htmlFor={idOf(at, "which")}>
        {label}
        <Optional required={required} />
      </label>
      <select
        id={idOf(at, "which")}
        data-pointer={pointer}
        aria-required={required}
        aria-invalid={told.has(pointer) && (chosen < 0 || tag !== undefined)}
        aria-describedby={idOf(at, "faults")}
        value={chosen}
        onChange={(event) => pick(Number(event.target.value))}
      >
        {required && chosen >= 0 ? null : <option value={-1}>{required ? "Choose …" : "not given"}</option>}
        {options.map((each, index) => (
          <option key={each.label} value={index}>
            {each.label}
          </option>
        ))}
      </select>
      {tag ? <Faults place={at} told={told} /> : null}
    </div>
  );
}

interface Option {
  readonly label: string;
  readonly branch: number;
  readonly value?: Json;
}

const kindOf = (props: FieldProps): string =>
  `Kind of ${props.place.length === 0 ? "input" : labelOf(props).toLowerCase()}`;

import type { Option } from "../fields";
import type { Controlled } from "./controlled";

interface Props extends Controlled {
  readonly options: readonly Option[];
  /** Names from the document that may be chosen as well. */
  readonly named: readonly string[];
}

/** One of a few. What stands in the text and is none of them is shown as it is, and kept. */
export function Choice({ id, describedBy, value, onCommit, options, named }: Props) {
  const text = value === undefined ? "" : String(value);
  const found =
    options.find((each) => each.value === text) ?? options.find((each) => each.value === text.toLowerCase());
  const known = found ? found.value : text;
  const foreign = !found && !named.includes(text);
  return (
    <select id={id} aria-describedby={describedBy} value={known} onChange={(event) => onCommit(event.target.value)}>
      {foreign ? <option value={text}>{text === "" ? "choose …" : `${text} (unknown)`}</option> : null}
      {options.map((each) => (
        <option key={each.value} value={each.value}>
          {each.label}
        </option>
      ))}
      {named.length > 0 ? (
        <optgroup label="Steps">
          {named.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </optgroup>
      ) : null}
    </select>
  );
}

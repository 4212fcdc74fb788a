/** The fields that hold no others: texts, numbers, choices, dates. */
import { type ChangeEvent, type HTMLInputTypeAttribute, useState } from "react";
import { type Json, pointerTo, readNumber, sameJson, valueAt } from "./json";
import { doubt, type Format } from "./limits";
import { Faults, type FieldProps, idOf, labelOf, Optional } from "./parts";
import { put, type } from "./typed";
import { wordOf } from "./unions";

export function Input(props: FieldProps) {
  const { field, place, required, told } = props;
  const limits = field.kind === "text" || field.kind === "number" ? field.limits : undefined;
  const pattern = field.kind === "text" && field.pattern ? `matches ${field.pattern}` : "";
  const masked = field.sensitive ? "confidential: it is masked wherever it is shown" : "";
  const hint = [field.description, limits, pattern, masked].filter(Boolean).join(" · ");
  // While somebody is still typing, it is not said that something is missing.
  const [left, setLeft] = useState(false);
  return (
    <div className="field">
      <label htmlFor={idOf(place, "control")}>
        {labelOf(props)}
        <Optional required={required} />
      </label>
      <Control {...props} onLeave={() => setLeft(true)} />
      {hint ? (
        <small id={idOf(place, "hint")} className="muted">
          {hint}
        </small>
      ) : null}
      <output id={idOf(place, "doubt")} className="doubt">
        {left && !told.has(pointerTo(place)) ? doubtOf(props) : null}
      </output>
      <Faults place={place} told={told} />
    </div>
  );
}

function doubtOf({ field, place, typed }: FieldProps): string | undefined {
  const value = valueAt(typed.value, place);
  return field.kind === "text" && typeof value === "string" ? doubt(value, field.format, field.pattern) : undefined;
}

function Control(props: FieldProps & { onLeave: () => void }) {
  const { field, place, told, required } = props;
  const pointer = pointerTo(place);
  const about = {
    id: idOf(place, "control"),
    "data-pointer": pointer,
    "aria-invalid": told.has(pointer),
    "aria-required": required,
    "aria-describedby": ["hint", "doubt", "faults"].map((each) => idOf(place, each)).join(" "),
  };
  if (field.kind === "choice") return <Choice {...props} about={about} options={field.options} labels={field.labels} />;
  if (field.kind === "boolean") return <Choice {...props} about={about} options={[true, false]} />;
  if (field.kind === "number") return <NumberInput {...props} about={about} whole={field.whole} />;
  return <TextInput {...props} about={about} format={field.kind === "text" ? field.format : undefined} />;
}

type About = Readonly<Record<string, string | boolean>>;

function Choice({
  options,
  labels,
  about,
  place,
  required,
  typed,
  onChange,
}: FieldProps & Part & { options: readonly Json[]; labels?: readonly string[] | undefined }) {
  const value = valueAt(typed.value, place);
  const chosen = options.findIndex((each) => sameJson(each, value));
  return (
    <select
      {...about}
      value={chosen}
      onChange={(event) => onChange(put(typed, place, options[Number(event.target.value)]))}
    >
      {required && chosen >= 0 ? null : <option value={-1}>{required ? "Choose …" : "not given"}</option>}
      {options.map((each, index) => (
        <option key={JSON.stringify(each)} value={index}>
          {labels?.[index] ?? wordOf(each)}
        </option>
      ))}
    </select>
  );
}

interface Part {
  readonly about: About;
}

function NumberInput({ about, place, typed, onChange, whole }: FieldProps & Part & { whole: boolean }) {
  const value = valueAt(typed.value, place);
  // A text field, for a browser's own number field says nothing of what it cannot read.
  return (
    <input
      {...about}
      inputMode={whole ? "numeric" : "decimal"}
      autoComplete="off"
      value={typed.texts.get(pointerTo(place))?.text ?? (value === undefined || value === null ? "" : String(value))}
      onChange={(event) => onChange(type(typed, place, event.target.value, readNumber(event.target.value, whole)))}
    />
  );
}

const TYPES: Record<Format, HTMLInputTypeAttribute> = {
  date: "date",
  "date-time": "datetime-local",
  time: "time",
  email: "email",
  uri: "url",
};

function TextInput({
  about,
  field,
  place,
  required,
  typed,
  onChange,
  onLeave,
  format,
}: FieldProps & Part & { format: Format | undefined; onLeave: () => void }) {
  const value = valueAt(typed.value, place);
  const text = typeof value === "string" ? value : "";
  const moment = format === "date-time";
  const known = text === "" || !format || !moment || !Number.isNaN(Date.parse(text));
  const changed = (event: ChangeEvent<HTMLInputElement>): void => {
    const told = event.target.value;
    const meant = moment && told ? momentOf(told) : told;
    onChange(put(typed, place, meant === "" && !(required && typeof place.at(-1) === "number") ? undefined : meant));
  };
  return (
    <input
      {...about}
      type={field.sensitive ? "password" : format && known ? TYPES[format] : "text"}
      autoComplete="off"
      {...(moment ? { step: 1 } : {})}
      value={moment && known ? local(text) : text}
      onChange={changed}
      onBlur={onLeave}
    />
  );
}

/** What a browser's field gives for a year of five digits is no moment: it stays as it was typed. */
function momentOf(told: string): string {
  const moment = new Date(told);
  return Number.isNaN(moment.getTime()) ? told : moment.toISOString();
}

/** A moment as the browser's field for it wants it: in the time of the person who looks. */
function local(text: string): string {
  if (text === "") return "";
  const moment = new Date(text);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

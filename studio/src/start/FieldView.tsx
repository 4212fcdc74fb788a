/** A field of the start form, with the fields that it holds. */
import type { ReactNode } from "react";
import { Icon } from "../ui/Icon";
import { Input } from "./Input";
import { isPlain, type Json, pointerTo, read, valueAt, written } from "./json";
import { Faults, type FieldProps, idOf, labelOf, Optional } from "./parts";
import { type Field, initial, shows } from "./schema";
import { put, removeItem, type as typeInto } from "./typed";

export function FieldView(props: FieldProps) {
  const { field, place, typed } = props;
  const value = valueAt(typed.value, place);
  if (!shows(field, value) || field.kind === "json") return <JsonField {...props} />;
  if (field.kind === "object") return <ObjectField {...props} members={field.members} />;
  if (field.kind === "array")
    return <ArrayField {...props} items={Array.isArray(value) ? value : []} item={field.item} />;
  return <Input {...props} />;
}

interface Group extends FieldProps {
  readonly children: ReactNode;
}

function GroupField({ children, ...props }: Group) {
  const { field, place, told } = props;
  if (place.length === 0) return <div className="fields">{children}</div>;
  const pointer = pointerTo(place);
  return (
    <fieldset className="fields" data-pointer={pointer} aria-describedby={idOf(place, "faults")}>
      <legend>
        {labelOf(props)}
        <Optional required={props.required} />
      </legend>
      {field.description ? <p className="muted small">{field.description}</p> : null}
      <Faults place={place} told={told} />
      {children}
    </fieldset>
  );
}

function ObjectField(props: FieldProps & { members: Extract<Field, { kind: "object" }>["members"] }) {
  const { members, place, typed } = props;
  const value = valueAt(typed.value, place);
  const known = new Set(members.map((each) => each.name));
  const further = isPlain(value) ? Object.keys(value).filter((each) => !known.has(each)) : [];
  return (
    <GroupField {...props}>
      {members.map((each) => (
        <FieldView key={each.name} {...props} {...each} place={[...place, each.name]} />
      ))}
      {further.map((name) => (
        <JsonField key={name} {...props} name={name} required={false} field={FURTHER} place={[...place, name]} />
      ))}
    </GroupField>
  );
}

const FURTHER: Field = { kind: "json", title: undefined, description: undefined, default: undefined, sensitive: false };

function ArrayField(props: FieldProps & { items: readonly Json[]; item: Field }) {
  const { items, item, place, typed, onChange, field } = props;
  const label = labelOf(props);
  const max = field.kind === "array" ? field.max : 0;
  const add = (): void => {
    onChange(put(typed, place, [...items, initial(item) ?? blank(item)]));
    focusLater(pointerTo([...place, items.length]));
  };
  const remove = (index: number): void => {
    onChange(removeItem(typed, place, index, props.required ? [] : undefined));
    focusLater(`${pointerTo(place)}+`);
  };
  return (
    <GroupField {...props}>
      {items.map((_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place is all that tells one item from another
        <div className="array-item" key={index}>
          <FieldView {...props} field={item} name={`${label} ${index + 1}`} required place={[...place, index]} />
          <button
            type="button"
            className="button"
            aria-label={`Remove ${index + 1} of ${label}`}
            onClick={() => remove(index)}
          >
            <Icon name="trash" size={14} />
          </button>
        </div>
      ))}
      <button
        type="button"
        className="button"
        data-focus={`${pointerTo(place)}+`}
        disabled={items.length >= max}
        onClick={add}
      >
        <Icon name="plus" size={13} /> Add to {label}
      </button>
    </GroupField>
  );
}

/** Of a kind that its field shows, so that it can be typed over. */
const blank = (field: Field): Json =>
  field.kind === "text" ? "" : field.kind === "array" ? [] : field.kind === "object" ? {} : null;

/** Once it is drawn: what was added is where one goes on, and what was removed leaves the focus where one can add. */
function focusLater(pointer: string): void {
  requestAnimationFrame(() => {
    const within = `[data-focus="${CSS.escape(pointer)}"], [data-pointer^="${CSS.escape(pointer)}"]:is(input, select, textarea)`;
    document.querySelector<HTMLElement>(`.dialog :is(${within})`)?.focus();
  });
}

function JsonField(props: FieldProps) {
  const { field, place, required, typed, told, onChange } = props;
  const pointer = pointerTo(place);
  const text = typed.texts.get(pointer)?.text ?? written(valueAt(typed.value, place));
  return (
    <div className="field">
      <label htmlFor={idOf(place, "control")}>
        {labelOf(props)} <small className="muted">as JSON</small>
        <Optional required={required} />
      </label>
      {field.description ? <small className="muted">{field.description}</small> : null}
      <textarea
        id={idOf(place, "control")}
        className="code"
        rows={Math.min(8, text.split("\n").length + 1)}
        spellCheck={false}
        value={text}
        data-pointer={pointer}
        aria-invalid={told.has(pointer)}
        aria-describedby={idOf(place, "faults")}
        onChange={(event) => onChange(typeInto(typed, place, event.target.value, read(event.target.value)))}
      />
      <Faults place={place} told={told} />
    </div>
  );
}

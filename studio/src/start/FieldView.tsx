/** A field of the start form, with the fields that it holds. */
import type { ReactNode } from "react";
import { Icon } from "../ui/Icon";
import { BranchChoice } from "./BranchChoice";
import { shownBranch } from "./choosing";
import { blank, type Field, initial, type ObjectField, settledFor, shows, UNSAID, type UnionField } from "./fields";
import { Input } from "./Input";
import { isPlain, type Json, pointerTo, read, valueAt, written } from "./json";
import { Faults, type FieldProps, idOf, labelOf, Optional } from "./parts";
import { put, removeItem, type as typeInto } from "./typed";
import { fieldAt } from "./unions";

export function FieldView(props: FieldProps) {
  const { place, typed } = props;
  const value = valueAt(typed.value, place);
  const field = settledFor(props.field, value);
  const here = { ...props, field };
  if ((!shows(field, value) && !isNothingYet(field, value, place)) || field.kind === "json")
    return <JsonField {...here} />;
  if (field.kind === "union") return <UnionView {...here} field={field} />;
  if (field.kind === "object") return <ObjectView {...here} members={field.members} />;
  if (field.kind === "array")
    return <ArrayField {...here} items={Array.isArray(value) ? value : []} item={field.item} />;
  return <Input {...here} />;
}

/** Whether an item of a list has been added and not been filled in: what has no text is null until then. */
const isNothingYet = ({ kind }: Field, value: Json | undefined, place: FieldProps["place"]): boolean =>
  value === null && typeof place.at(-1) === "number" && (kind === "number" || kind === "boolean" || kind === "choice");

interface Group extends FieldProps {
  readonly children: ReactNode;
  /** Whether what is wrong with the whole is told here: the one field that it may have tells it itself. */
  readonly telling?: boolean;
}

function GroupField({ children, telling = true, ...props }: Group) {
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
      {telling ? <Faults place={place} told={told} /> : null}
      {children}
    </fieldset>
  );
}

interface MembersProps extends FieldProps {
  readonly members: ObjectField["members"];
  /** Members that something else is the field of. */
  readonly besides?: readonly string[];
}

const ObjectView = (props: MembersProps) => (
  <GroupField {...props}>
    <Members {...props} />
  </GroupField>
);

function Members({ besides = [], ...props }: MembersProps) {
  const { members, place, typed } = props;
  const value = valueAt(typed.value, place);
  const known = new Set([...besides, ...members.map((each) => each.name)]);
  const further = isPlain(value) ? Object.keys(value).filter((each) => !known.has(each)) : [];
  return (
    <>
      {members.map((each) => (
        <FieldView key={each.name} {...props} {...each} place={[...place, each.name]} />
      ))}
      {further.map((name) => (
        <JsonField key={name} {...props} name={name} required={false} field={FURTHER} place={[...place, name]} />
      ))}
    </>
  );
}

/** Which of several things it is, and then the fields of that. The choice stays where it is, so that it keeps the focus. */
function UnionView(props: FieldProps & { field: UnionField }) {
  const { field, place, typed } = props;
  const branch = shownBranch(field, typed, place);
  const inner = settledFor(fieldAt(field, branch), valueAt(typed.value, place));
  const said = inner.kind === "choice" && inner.options.length === 1;
  const besides = field.tag && branch >= 0 ? [field.tag.name] : [];
  return (
    <GroupField {...props} telling={inner.kind === "object" || said}>
      <BranchChoice {...props} branch={branch} />
      {inner.kind === "object" ? (
        <Members {...props} field={inner} members={inner.members} besides={besides} />
      ) : said ? null : (
        <FieldView {...props} field={inner} />
      )}
    </GroupField>
  );
}

const FURTHER: Field = { ...UNSAID, kind: "json" };

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

/** What all fields of the start form have. */

import type { Field } from "./fields";
import { type Place, pointerTo } from "./json";
import type { Typed } from "./typed";

export interface FieldProps {
  readonly field: Field;
  readonly name: string;
  readonly place: Place;
  readonly required: boolean;
  readonly typed: Typed;
  /** Faults, by the JSON pointer of the field at which they are told. */
  readonly told: ReadonlyMap<string, readonly string[]>;
  readonly onChange: (typed: Typed) => void;
}

/** The name of a field as people read it: its title, or `orderNumber` as `Order number`. */
export function labelOf({ field, name }: Pick<FieldProps, "field" | "name">): string {
  if (field.title) return field.title;
  const words = name.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/[_-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

export const Optional = ({ required }: { required: boolean }) =>
  required ? null : <small className="muted"> (may be left empty)</small>;

export function Faults({ place, told }: Pick<FieldProps, "place" | "told">) {
  const pointer = pointerTo(place);
  const faults = pointer === "" ? undefined : told.get(pointer);
  return (
    <span id={idOf(place, "faults")} className="faults">
      {faults?.join("; ")}
    </span>
  );
}

export const idOf = (place: Place, what: string): string => `start${pointerTo(place)}-${what}`;

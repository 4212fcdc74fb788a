/** The fields of a form, and what of a value each of them shows. */
import { isPlain, type Json, sameJson } from "./json";
import type { Format } from "./limits";

interface About {
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly default: Json | undefined;
  readonly sensitive: boolean;
}

export interface Member {
  readonly name: string;
  readonly field: Field;
  readonly required: boolean;
}

/** One of the things that a value may be. */
export interface Branch {
  readonly label: string;
  readonly field: Field;
}

/** The member that says which branch of a union is meant, with the values by which each is. */
export interface Tag {
  readonly name: string;
  readonly title: string | undefined;
  readonly options: readonly { readonly value: Json; readonly label: string; readonly branch: number }[];
}

export interface ObjectField extends About {
  readonly kind: "object";
  readonly members: readonly Member[];
}

export interface UnionField extends About {
  readonly kind: "union";
  readonly branches: readonly Branch[];
  readonly tag: Tag | undefined;
  /** What there is whichever is chosen, also while none is. */
  readonly common: ObjectField | undefined;
}

export type Field =
  | ObjectField
  | UnionField
  | (About &
      (
        | { readonly kind: "array"; readonly item: Field; readonly min: number; readonly max: number }
        | { readonly kind: "choice"; readonly options: readonly Json[]; readonly labels?: readonly string[] }
        | {
            readonly kind: "text";
            readonly format: Format | undefined;
            readonly limits: string | undefined;
            readonly pattern: string | undefined;
          }
        | { readonly kind: "number"; readonly whole: boolean; readonly limits: string | undefined }
        | { readonly kind: "boolean" }
        /** What it is depends on the value that stands there. */
        | { readonly kind: "depends"; readonly pick: (value: Json | undefined) => Field }
        | { readonly kind: "json" }
      ));

export const UNSAID: About = { title: undefined, description: undefined, default: undefined, sensitive: false };

/** The field that there is for a value. */
export function settledFor(field: Field, value: Json | undefined): Exclude<Field, { kind: "depends" }> {
  return field.kind === "depends" ? settledFor(field.pick(value), value) : field;
}

/** What a form begins with: defaults, and what can be nothing else. What is not required is left out. */
export function initial(field: Field, required = true): Json | undefined {
  if (field.default !== undefined) return field.default;
  switch (field.kind) {
    case "choice":
      return field.options.length === 1 && required ? field.options[0] : undefined;
    case "object": {
      const members = field.members.flatMap((each) => {
        const value = initial(each.field, each.required);
        return value === undefined ? [] : [[each.name, value] as const];
      });
      return required || members.length > 0 ? Object.fromEntries(members) : undefined;
    }
    case "array":
      return required ? Array.from({ length: field.min }, () => initial(field.item) ?? blank(field.item)) : undefined;
    case "union":
      return field.common && initial(field.common, required);
    case "depends":
      return initial(field.pick(initial(field.pick(undefined), required)), required);
    default:
      return undefined;
  }
}

/** Of a kind that its field shows, so that it can be typed over. */
export function blank(field: Field): Json {
  switch (field.kind) {
    case "text":
      return "";
    case "array":
      return [];
    case "object":
      return {};
    case "union":
      return field.common ? {} : blank((field.branches[0] as Branch).field);
    case "depends":
      return blank(field.pick(undefined));
    default:
      return null;
  }
}

/** Whether a form can show a value; what it cannot is shown as JSON, and stays as it is. */
export function shows(field: Field, value: Json | undefined): boolean {
  if (value === undefined) return true;
  switch (field.kind) {
    case "object":
      return isPlain(value);
    case "array":
      return Array.isArray(value);
    case "choice":
      return field.options.some((each) => sameJson(each, value));
    case "text":
      return typeof value === "string" && !value.includes("\n");
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "union":
      return [field.common, ...field.branches.map((each) => each.field)].some((each) => each && shows(each, value));
    case "depends":
      return shows(field.pick(value), value);
    case "json":
      return true;
  }
}

/**
 * What can be said of a task or a document, as data: each member with its name for people, the kind of field that shows
 * it, and what it begins with when it is added. The panels are drawn from these tables and from nothing else.
 */
import type { Place } from "../expressions/place";
import type { Names, Part } from "./names";

export type Member = Field & Shape;

interface Field {
  /** The keys from the map that the field belongs to. */
  readonly at: readonly string[];
  readonly label: string;
  readonly help?: string;
  /** Always shown, and not removed. */
  readonly required?: boolean;
  /** What it says when it has just been added; of its shape where it is left out. */
  readonly initial?: unknown;
  /** How many of the keys stay when nothing is left in them, because the language wants them. */
  readonly kept?: number;
  /** A member without which this one says nothing: this is offered beside it, and that stays while this is there. */
  readonly needs?: readonly string[];
  /** Shown, with what holds when nothing is said, although it is not there. */
  readonly always?: boolean;
  /** Shown without a frame of its own: what is around it says the same. */
  readonly inline?: boolean;
}

export type Shape =
  | Text
  | { readonly kind: "number"; readonly minimum?: number; readonly maximum?: number }
  | { readonly kind: "flag"; readonly words?: readonly [yes: string, no: string] }
  /** An expression, or text that may hold one in `${ }`. */
  | { readonly kind: "expression"; readonly bare?: boolean; readonly place?: Place }
  | { readonly kind: "duration" }
  | { readonly kind: "choice"; readonly options: readonly Option[]; readonly named?: Part }
  | { readonly kind: "markdown" }
  /** Any value: a text, a number, or YAML. `steps`: a list of steps that the canvas does not draw. */
  | { readonly kind: "value"; readonly steps?: boolean }
  | { readonly kind: "schema" }
  | {
      readonly kind: "map";
      readonly values: Shape;
      readonly noun: string;
      readonly each?: unknown;
      readonly least?: number;
    }
  | { readonly kind: "list"; readonly items: Shape; readonly noun: string; readonly each?: unknown }
  /** A list of things that each have a name, as the cases of a switch. */
  | { readonly kind: "named"; readonly values: Shape; readonly noun: string; readonly each: unknown }
  /** `atLeastOne`: the key of a map that must not become empty. */
  | { readonly kind: "group"; readonly members: readonly Member[]; readonly atLeastOne?: string }
  /** One of several forms. */
  | { readonly kind: "variants"; readonly variants: readonly Variant[] }
  /** A list of tasks, which is drawn on the canvas. */
  | { readonly kind: "tasks" };

interface Text {
  readonly kind: "text";
  readonly code?: boolean;
  readonly long?: boolean;
  readonly example?: string;
  /** Names that the document has, to choose from. */
  readonly named?: Part;
  /** What is meant often; anything else can be typed. */
  readonly suggested?: readonly Option[];
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface Variant {
  readonly label: string;
  readonly fits: (value: unknown) => boolean;
  /** What it begins with; what was there before may be taken over. */
  readonly begin: (names: Names, before: unknown) => unknown;
  readonly shape: Shape;
}

export type Plain = Record<string, unknown>;

export const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const has =
  (key: string) =>
  (value: unknown): boolean =>
    isPlain(value) && key in value;

export const options = (...values: readonly (string | readonly [value: string, label: string])[]): Option[] =>
  values.map((each) => (typeof each === "string" ? { value: each, label: each } : { value: each[0], label: each[1] }));

/** What a field of a shape begins with. */
export function begin(shape: Shape, names: Names): unknown {
  switch (shape.kind) {
    case "number":
      return shape.minimum ?? 1;
    case "flag":
      return true;
    case "expression":
      return shape.bare ? "true" : "${ . }";
    case "duration":
      return { seconds: 30 };
    case "choice":
      return shape.options[0]?.value ?? (shape.named ? names[shape.named][0] : undefined) ?? "";
    case "schema":
      return { document: { type: "object", properties: {} } };
    case "map":
      return { [freeKey([], shape.noun)]: shape.each ?? begin(shape.values, names) };
    case "list":
      return [shape.each ?? begin(shape.items, names)];
    case "named":
      return [{ [freeKey([], shape.noun)]: shape.each }];
    case "group":
      return groupBegun(shape.members, names);
    case "variants":
      return shape.variants[0]?.begin(names, undefined);
    case "tasks":
      return [{ [FIRST]: { set: { done: true } } }];
    case "text":
      return shape.example ?? (shape.named ? names[shape.named][0] : undefined) ?? "text";
    default:
      return "text";
  }
}

const FIRST = "step";

/** Its required members. */
function groupBegun(members: readonly Member[], names: Names): Plain {
  const made: Plain = {};
  for (const member of members.filter((each) => each.required)) put(made, member.at, beginning(member, names));
  return made;
}

function put(map: Plain, at: readonly string[], value: unknown): void {
  const [first, ...rest] = at;
  if (first === undefined) return;
  if (rest.length === 0) map[first] = value;
  else {
    map[first] ??= {};
    put(map[first] as Plain, rest, value);
  }
}

/** What a member says when it has just been added. */
export const beginning = (member: Member, names: Names): unknown => member.initial ?? begin(member, names);

/** A name that is not taken yet: `header`, `header2`, ... */
export function freeKey(taken: readonly string[], noun: string): string {
  const wanted = noun.replace(/\s+(.)/g, (_, letter: string) => letter.toUpperCase());
  let key = wanted;
  for (let number = 2; taken.includes(key); number += 1) key = `${wanted}${number}`;
  return key;
}

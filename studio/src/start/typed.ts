/**
 * What somebody has typed: a value, and beside it the texts that are none yet. It outlives the dialog, so that closing it
 * by mistake loses nothing; it does not outlive the page, for an input may be confidential.
 */
import {
  type Json,
  type Place,
  pointerTo,
  type Read,
  read,
  sameJson,
  valueAt,
  withoutItem,
  withValue,
  written,
} from "./json";

export interface Typed {
  readonly value: Json | undefined;
  /** How values were typed, and what is no value (yet), by the JSON pointer of their field. */
  readonly texts: ReadonlyMap<string, { readonly text: string; readonly fault?: string }>;
  /** Which branch of a union was chosen, by `choiceAt`. */
  readonly chosen: ReadonlyMap<string, number>;
  /** What was typed in fields that are not asked for now, by their JSON pointer: they may be asked for again. */
  readonly aside: ReadonlyMap<string, Json>;
  /** The whole input as text, where that is how it is typed. */
  readonly json: string | undefined;
  readonly businessKey: string;
}

export const begun = (value: Json | undefined): Typed => ({
  value,
  texts: new Map(),
  chosen: new Map(),
  aside: new Map(),
  json: undefined,
  businessKey: "",
});

/** The field at a place has another value. */
export function put(typed: Typed, place: Place, value: Json | undefined): Typed {
  return { ...typed, value: withValue(typed.value, place, value), texts: without(typed, place) };
}

/** Something was typed that may or may not be a value. */
export function type(typed: Typed, place: Place, text: string, found: Read): Typed {
  const now = "value" in found ? put(typed, place, found.value) : typed;
  const fault = "fault" in found ? { fault: found.fault } : {};
  return { ...now, texts: new Map(without(now, place)).set(pointerTo(place), { text, ...fault }) };
}

/** An item of a list goes; those behind it move up, with what was typed in them. */
export function removeItem(typed: Typed, place: Place, index: number, empty: Json | undefined): Typed {
  const items = valueAt(typed.value, place);
  const left = Array.isArray(items) ? withoutItem(items, index) : [];
  const now = put(typed, place, left.length > 0 ? left : empty);
  return {
    ...now,
    texts: movedUp(typed.texts, place, index),
    chosen: movedUp(typed.chosen, place, index),
    aside: movedUp(typed.aside, place, index),
  };
}

/** What is known by pointers, once an item has gone from the list at a place. */
function movedUp<Known>(known: ReadonlyMap<string, Known>, place: Place, index: number): Map<string, Known> {
  const gone = pointerTo([...place, index]);
  const list = `${pointerTo(place)}/`;
  const moved = [...known].flatMap(([pointer, each]): [string, Known][] => {
    if (pointer === gone || pointer.startsWith(`${gone}/`)) return [];
    const [at = "", ...rest] = pointer.startsWith(list) ? pointer.slice(list.length).split("/") : [];
    if (!/^\d+$/.test(at) || Number(at) < index) return [[pointer, each]];
    return [[`${list}${[Number(at) - 1, ...rest].join("/")}`, each]];
  });
  return new Map(moved);
}

/** Texts at a place and within it belong to what was there. */
function without({ texts }: Typed, place: Place): Typed["texts"] {
  const pointer = pointerTo(place);
  return new Map([...texts].filter(([each]) => each !== pointer && !each.startsWith(`${pointer}/`)));
}

export const asJson = (typed: Typed): Typed => ({ ...typed, json: typed.json ?? written(typed.value ?? {}) });

/** Back to the fields: only where the text is JSON. */
export function asForm(typed: Typed): Typed {
  const found = read(typed.json ?? "");
  if (!("value" in found)) return typed;
  if (sameJson(found.value, typed.value)) return { ...typed, value: found.value, json: undefined };
  return { ...begun(found.value), businessKey: typed.businessKey };
}

export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

/** What is to be started with, or why it cannot be said yet. */
export function outcome(typed: Typed): { readonly value: Json } | { readonly faults: readonly Fault[] } {
  if (typed.json !== undefined) {
    const found = read(typed.json);
    return "value" in found ? { value: found.value ?? {} } : { faults: [{ pointer: "", message: found.fault }] };
  }
  const faults = [...typed.texts].flatMap(([pointer, { fault }]) => (fault ? [{ pointer, message: fault }] : []));
  if (faults.length > 0) return { faults };
  return { value: typed.value ?? {} };
}

/** At which of the fields that there are each fault is told: its own, or the nearest around it. */
export function placed(faults: readonly Fault[], fields: ReadonlySet<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { pointer, message } of faults) {
    let at = pointer;
    while (at !== "" && !fields.has(at)) at = at.slice(0, at.lastIndexOf("/"));
    const inner = pointer.slice(at.length);
    found.set(at, [...(found.get(at) ?? []), inner ? `${inner.slice(1)}: ${message}` : message]);
  }
  return found;
}

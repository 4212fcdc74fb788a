/** JSON values, changed at a place without touching anything else. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Plain = { readonly [name: string]: unknown };
export type Place = readonly (string | number)[];

export const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } => isPlain(value);

/** RFC 6901. */
export const pointerTo = (place: Place): string =>
  place.map((each) => `/${String(each).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

export function valueAt(value: Json | undefined, place: Place): Json | undefined {
  let inner: Json | undefined = value;
  for (const key of place) {
    if (Array.isArray(inner)) inner = (inner as readonly Json[])[Number(key)];
    else if (isObject(inner) && Object.hasOwn(inner, String(key))) inner = inner[String(key)];
    else return undefined;
  }
  return inner;
}

/** The value with another one at a place. `undefined` removes a member; what is missing on the way is made. */
export function withValue(value: Json | undefined, place: Place, now: Json | undefined): Json | undefined {
  const [key, ...rest] = place;
  if (key === undefined) return now;
  if (typeof key === "number") {
    const items = Array.isArray(value) ? [...(value as readonly Json[])] : [];
    items[key] = withValue(items[key], rest, now) ?? null;
    return items;
  }
  const members = isObject(value) ? value : {};
  const inner = withValue(Object.hasOwn(members, key) ? members[key] : undefined, rest, now);
  const others = Object.entries(members).filter(([name]) => name !== key);
  if (inner === undefined) return Object.fromEntries(others);
  if (!Object.hasOwn(members, key)) return Object.fromEntries([...others, [key, inner]]);
  return Object.fromEntries(Object.entries(members).map(([name, each]) => [name, name === key ? inner : each]));
}

export const withoutItem = (items: readonly Json[], index: number): Json[] => items.filter((_, at) => at !== index);

export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, index) => sameJson(each, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && sameJson(one[name], other[name]))
  );
}

export const written = (value: Json | undefined): string => (value === undefined ? "" : JSON.stringify(value, null, 2));

export type Read = { readonly value: Json | undefined } | { readonly fault: string };

/** A JSON text as a value; nothing for an empty one. A number that a browser would round is a fault: nothing is lost. */
export function read(text: string): Read {
  if (text.trim() === "") return { value: undefined };
  try {
    const value = JSON.parse(text) as Json;
    const rounded = wholeNumbers(text).find(
      (each) => !Number.isSafeInteger(Number(each)) && String(Number(each)) !== each,
    );
    return rounded === undefined ? { value } : { fault: `${rounded} has more digits than a browser can keep` };
  } catch (error) {
    return { fault: `this is no JSON: ${(error as Error).message}` };
  }
}

/** As they are written in a JSON text, those in strings left out. */
const wholeNumbers = (text: string): string[] =>
  text.replace(/"(?:[^"\\]|\\.)*"/g, "").match(/(?<![\w.+-])-?\d+(?![\w.])/g) ?? [];

/** A number as it was typed. A point or a comma may divide. */
export function readNumber(text: string, whole: boolean): Read {
  const told = text.trim();
  if (told === "") return { value: undefined };
  if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i.test(told)) return { fault: "this is no number" };
  const value = Number(told.replace(",", "."));
  if (!Number.isFinite(value)) return { fault: "this number is too large" };
  if (whole && !Number.isInteger(value)) return { fault: "this must be a whole number" };
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return { fault: "this has more digits than a browser can keep" };
  return { value };
}

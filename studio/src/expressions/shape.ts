/** What is known of a value: its kinds, its members, its items, an example. */
import type { Schema } from "../api/expressions";

export interface Shape {
  readonly kinds: readonly string[];
  readonly members: ReadonlyMap<string, Shape>;
  readonly items?: Shape;
  readonly example?: unknown;
}

export const ANYTHING: Shape = { kinds: [], members: new Map() };

export function ofSchema(schema: Schema): Shape {
  const { type, properties, items } = schema;
  const kinds = type === undefined ? [] : typeof type === "string" ? [type] : [...type];
  const members = new Map(Object.entries(properties ?? {}).map(([name, each]) => [name, ofSchema(each)]));
  return { kinds, members, ...(items ? { items: ofSchema(items) } : {}) };
}

const DEPTH_MAX = 12;

export function ofValue(value: unknown, depth = 0): Shape {
  const example = value;
  if (Array.isArray(value)) {
    const items = depth < DEPTH_MAX && value.length > 0 ? ofValue(value[0], depth + 1) : undefined;
    return { kinds: ["array"], members: new Map(), example, ...(items ? { items } : {}) };
  }
  if (typeof value === "object" && value !== null) {
    const entries = depth < DEPTH_MAX ? Object.entries(value) : [];
    return {
      kinds: ["object"],
      members: new Map(entries.map(([name, each]) => [name, ofValue(each, depth + 1)])),
      example,
    };
  }
  return { kinds: [value === null ? "null" : typeof value], members: new Map(), example };
}

/** What is known of data in general, with an example where there is one. */
export function merged(known: Shape, seen: Shape): Shape {
  const members = new Map(known.members);
  for (const [name, each] of seen.members) members.set(name, merged(known.members.get(name) ?? ANYTHING, each));
  const items = known.items && seen.items ? merged(known.items, seen.items) : (known.items ?? seen.items);
  return {
    kinds: known.kinds.length > 0 ? known.kinds : seen.kinds,
    members,
    ...(items ? { items } : {}),
    ...("example" in seen ? { example: seen.example } : {}),
  };
}

export const arrayOf = (items: Shape): Shape => ({ kinds: ["array"], members: new Map(), items });

export const itemsOf = (shape: Shape): Shape => shape.items ?? ANYTHING;

export const memberOf = (shape: Shape, name: string): Shape => shape.members.get(name) ?? ANYTHING;

/** Its kinds in words; null is said last. */
export function kindsOf(shape: Shape): string {
  const kinds = shape.kinds.filter((each) => each !== "null");
  if (shape.kinds.length === 0) return "anything";
  if (kinds.length === 0) return "null";
  return `${kinds.join(" or ")}${kinds.length < shape.kinds.length ? " or null" : ""}`;
}

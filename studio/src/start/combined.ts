/** A schema with all that it refers to and holds in `allOf` put together: what a form is made from. */
import { isPlain, type Json, type Plain, sameJson } from "./json";

/** What holds only where another schema does. */
export interface Condition {
  readonly if: unknown;
  readonly then: unknown;
  readonly else: unknown;
}

export interface Whole {
  /** Without `$ref`, `allOf` and conditions. */
  readonly schema: Plain;
  readonly conditions: readonly Condition[];
}

const STEPS_MAX = 6;

/** `undefined` for what is no schema with members, leads nowhere or in a circle, or says two things that no form can join. */
export function wholeOf(schema: unknown, root: unknown, depth = 0): Whole | undefined {
  const found = resolve(schema, root);
  if (!found || depth > STEPS_MAX) return undefined;
  const { allOf, if: test, then, else: otherwise, dependentSchemas, ...own } = found;
  const conditions: Condition[] = test === undefined ? [] : [{ if: test, then, else: otherwise }];
  for (const [name, each] of Object.entries(isPlain(dependentSchemas) ? dependentSchemas : {})) {
    conditions.push({ if: { required: [name] }, then: each, else: undefined });
  }
  let joined: Plain | undefined = own;
  for (const each of Array.isArray(allOf) ? allOf : []) {
    const part = wholeOf(each, root, depth + 1);
    joined = part && joined && join(joined, part.schema);
    if (!part || !joined) return undefined;
    conditions.push(...part.conditions);
  }
  return { schema: joined, conditions };
}

/** Both at once; `undefined` where that cannot be said in one schema. What is told of a value is taken from the first. */
function join(one: Plain, other: Plain): Plain | undefined {
  const found: Record<string, unknown> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const before = found[name];
    if (before === undefined) found[name] = value;
    else if (!TOLD.has(name) && !sameJson(before as Json, value as Json)) {
      const both = JOINED[name]?.(before, value);
      if (both === undefined) return undefined;
      found[name] = both;
    }
  }
  return found;
}

const TOLD = new Set(["title", "description", "default", "examples", "$schema", "$id", "$comment", "$defs"]);

type Joined = (one: unknown, other: unknown) => unknown;

const smallest: Joined = (one, other) => Math.min(Number(one), Number(other));
const largest: Joined = (one, other) => Math.max(Number(one), Number(other));

const JOINED: Readonly<Record<string, Joined>> = {
  properties: (one, other) => {
    if (!isPlain(one) || !isPlain(other)) return undefined;
    const found: Record<string, unknown> = { ...one };
    for (const [name, each] of Object.entries(other)) {
      found[name] = Object.hasOwn(found, name) ? { allOf: [found[name], each] } : each;
    }
    return found;
  },
  required: (one, other) => (Array.isArray(one) && Array.isArray(other) ? [...new Set([...one, ...other])] : undefined),
  enum: (one, other) =>
    Array.isArray(one) && Array.isArray(other)
      ? one.filter((each: Json) => other.some((allowed: Json) => sameJson(each, allowed)))
      : undefined,
  additionalProperties: (one, other) => (one === false || other === false ? false : undefined),
  minimum: largest,
  exclusiveMinimum: largest,
  minLength: largest,
  minItems: largest,
  maximum: smallest,
  exclusiveMaximum: smallest,
  maxLength: smallest,
  maxItems: smallest,
};

/** Follows references within the document; `undefined` for one that leads nowhere, or in a circle. */
export function resolve(schema: unknown, root: unknown): Plain | undefined {
  let found = schema;
  for (let steps = 0; steps <= STEPS_MAX; steps += 1) {
    if (!isPlain(found)) return undefined;
    const { $ref: reference, ...beside } = found;
    if (typeof reference !== "string") return found;
    if (!reference.startsWith("#")) return undefined;
    const target = at(root, reference.slice(1));
    found = isPlain(target) ? { ...target, ...beside } : undefined;
  }
  return undefined;
}

function at(root: unknown, pointer: string): unknown {
  if (pointer === "") return root;
  if (!pointer.startsWith("/")) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((each) => decodeURIComponent(each).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (inner, key) => (Array.isArray(inner) ? inner[Number(key)] : isPlain(inner) ? inner[key] : undefined),
      root,
    );
}

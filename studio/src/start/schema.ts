/** From the JSON Schema of an input to the fields of a form. What a form cannot say is a field of JSON. */
import { isPlain, type Json, type Place, type Plain, pointerTo, sameJson } from "./json";

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

export type Format = "date" | "date-time" | "time" | "email" | "uri";

export type Field = About &
  (
    | { readonly kind: "object"; readonly members: readonly Member[] }
    | { readonly kind: "array"; readonly item: Field; readonly min: number; readonly max: number }
    | { readonly kind: "choice"; readonly options: readonly Json[] }
    | { readonly kind: "text"; readonly format: Format | undefined; readonly limits: string | undefined }
    | { readonly kind: "number"; readonly whole: boolean; readonly limits: string | undefined }
    | { readonly kind: "boolean" }
    | { readonly kind: "json" }
  );

const DEPTH_MAX = 6;

export function fieldOf(schema: unknown, root: unknown = schema, depth = 0): Field {
  const resolved = resolve(schema, root);
  if (!resolved) return { ...UNSAID, kind: "json" };
  const about = aboutOf(resolved);
  if (depth > DEPTH_MAX || COMBINED.some((each) => each in resolved)) return { ...about, kind: "json" };
  if ("const" in resolved) return { ...about, kind: "choice", options: [resolved.const as Json] };
  if (Array.isArray(resolved.enum) && resolved.enum.length > 0)
    return { ...about, kind: "choice", options: resolved.enum };
  const inner = (each: unknown): Field => fieldOf(each, root, depth + 1);
  switch (resolved.type ?? (isPlain(resolved.properties) ? "object" : undefined)) {
    case "object":
      return objectOf(resolved, about, inner);
    case "array":
      return isPlain(resolved.items)
        ? {
            ...about,
            kind: "array",
            item: inner(resolved.items),
            min: atLeast(resolved.minItems),
            max: atMost(resolved.maxItems),
          }
        : { ...about, kind: "json" };
    case "string":
      return {
        ...about,
        kind: "text",
        format: FORMATS.find((each) => each === resolved.format),
        limits: lengths(resolved),
      };
    case "number":
    case "integer":
      return { ...about, kind: "number", whole: resolved.type === "integer", limits: bounds(resolved) };
    case "boolean":
      return { ...about, kind: "boolean" };
    default:
      return { ...about, kind: "json" };
  }
}

const UNSAID: About = { title: undefined, description: undefined, default: undefined, sensitive: false };
const FORMATS: readonly Format[] = ["date", "date-time", "time", "email", "uri"];
/** What says more of a value than a form can show. */
const COMBINED = ["oneOf", "anyOf", "allOf", "if", "not", "dependentSchemas", "patternProperties", "prefixItems"];

const aboutOf = (schema: Plain): About => ({
  title: typeof schema.title === "string" ? schema.title : undefined,
  description: typeof schema.description === "string" ? schema.description : undefined,
  default: schema.default as Json | undefined,
  sensitive: schema["x-sensitive"] === true,
});

function objectOf(schema: Plain, about: About, inner: (schema: unknown) => Field): Field {
  const properties = isPlain(schema.properties) ? schema.properties : {};
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const further = isPlain(schema.additionalProperties) ? schema.additionalProperties : {};
  const names = [...new Set([...Object.keys(properties), ...required.filter((each) => typeof each === "string")])];
  if (names.length === 0) return { ...about, kind: "json" };
  const members = names.map((name) => ({
    name,
    field: inner(Object.hasOwn(properties, name) ? properties[name] : further),
    required: required.includes(name),
  }));
  return { ...about, kind: "object", members };
}

/** Follows references within the document; `undefined` for one that leads nowhere, or in a circle. */
function resolve(schema: unknown, root: unknown): Plain | undefined {
  let found = schema;
  for (let steps = 0; steps <= DEPTH_MAX; steps += 1) {
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

const atLeast = (value: unknown): number => (typeof value === "number" ? value : 0);
const atMost = (value: unknown): number => (typeof value === "number" ? value : Number.POSITIVE_INFINITY);

/** What a number must be, in words: `at least 1, at most 9`. */
function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Plain): string | undefined {
  return told([
    ["at least", minimum],
    ["more than", exclusiveMinimum],
    ["at most", maximum],
    ["less than", exclusiveMaximum],
    ["a multiple of", multipleOf],
  ]);
}

const lengths = ({ minLength, maxLength }: Plain): string | undefined => {
  const found = told([
    ["at least", minLength],
    ["at most", maxLength],
  ]);
  return found && `${found} characters`;
};

function told(parts: readonly (readonly [string, unknown])[]): string | undefined {
  const said = parts.flatMap(([word, value]) => (typeof value === "number" ? [`${word} ${value}`] : []));
  return said.length ? said.join(", ") : undefined;
}

/** What a form begins with: defaults, and what can be nothing else. What is not required is left out. */
export function initial(field: Field, required = true): Json | undefined {
  if (field.default !== undefined) return field.default;
  if (field.kind === "choice" && field.options.length === 1 && required) return field.options[0];
  if (field.kind === "object") {
    const members = field.members.flatMap((each) => {
      const value = initial(each.field, each.required);
      return value === undefined ? [] : [[each.name, value] as const];
    });
    return required || members.length > 0 ? Object.fromEntries(members) : undefined;
  }
  if (field.kind === "array" && required) return Array.from({ length: field.min }, () => initial(field.item) ?? null);
  return undefined;
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
    case "json":
      return true;
  }
}

/** The JSON pointers of all fields that are shown for a value. */
export function placesOf(field: Field, value: Json | undefined, place: Place = []): Set<string> {
  const found = new Set([pointerTo(place)]);
  if (!shows(field, value)) return found;
  const add = (inner: Field | undefined, key: string | number, each: Json | undefined): void => {
    const within = inner ? placesOf(inner, each, [...place, key]) : [pointerTo([...place, key])];
    for (const pointer of within) found.add(pointer);
  };
  const members = isPlain(value) ? (value as { readonly [name: string]: Json }) : {};
  if (field.kind === "object") {
    for (const name of Object.keys(members)) add(undefined, name, undefined);
    for (const each of field.members) add(each.field, each.name, members[each.name]);
  }
  if (field.kind === "array" && Array.isArray(value)) {
    for (const [index, each] of (value as readonly Json[]).entries()) add(field.item, index, each);
  }
  return found;
}

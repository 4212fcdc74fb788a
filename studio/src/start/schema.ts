/** From the JSON Schema of an input to the fields of a form. What a form cannot say is a field of JSON. */
import { type Condition, resolve, wholeOf } from "./combined";
import { holds, isSayable } from "./conditions";
import { type Field, type Member, type ObjectField, UNSAID } from "./fields";
import { isPlain, type Json, type Plain } from "./json";
import { bounds, FORMATS, lengths } from "./limits";
import { unionOf } from "./unions";

const DEPTH_MAX = 6;

/** What says more of a value than a form can show. */
const UNSHOWN = ["not", "patternProperties", "prefixItems"];

export function fieldOf(schema: unknown, root: unknown = schema, depth = 0): Field {
  const whole = wholeOf(schema, root);
  if (!whole || depth > DEPTH_MAX) {
    const told = resolve(schema, root);
    return { ...(told ? aboutOf(told) : UNSAID), kind: "json" };
  }
  const { conditions, schema: found } = whole;
  const about = aboutOf(found);
  const json: Field = { ...about, kind: "json" };
  if (UNSHOWN.some((each) => each in found)) return json;
  const within = (each: unknown): Field => fieldOf(each, root, depth + 1);
  if (conditions.length > 0) {
    if (!conditions.every((each) => isSayable(each.if, root))) return json;
    return { ...about, kind: "depends", pick: picking(found, conditions, root, within) };
  }
  const named = ["oneOf", "anyOf"].filter((each) => Array.isArray(found[each]));
  const kinds = Array.isArray(found.type) && !("enum" in found || "const" in found);
  if (named.length + (kinds ? 1 : 0) > 1) return json;
  if (kinds || named[0]) {
    const common = (rest: Plain) => objectOf(rest, about, within);
    return unionOf(found, kinds ? "type" : (named[0] as "oneOf"), about, within, common) ?? json;
  }
  return plainOf(found, about, within);
}

type About = typeof UNSAID;
type Within = (schema: unknown) => Field;

function plainOf(schema: Plain, about: About, within: Within): Field {
  if ("const" in schema) return { ...about, kind: "choice", options: [schema.const as Json] };
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return { ...about, kind: "choice", options: schema.enum };
  switch (schema.type ?? (isPlain(schema.properties) ? "object" : undefined)) {
    case "object":
      return objectOf(schema, about, within) ?? { ...about, kind: "json" };
    case "array":
      return isPlain(schema.items)
        ? {
            ...about,
            kind: "array",
            item: within(schema.items),
            min: atLeast(schema.minItems),
            max: atMost(schema.maxItems),
          }
        : { ...about, kind: "json" };
    case "string":
      return {
        ...about,
        kind: "text",
        format: FORMATS.find((each) => each === schema.format),
        limits: lengths(schema),
        pattern: typeof schema.pattern === "string" ? schema.pattern : undefined,
      };
    case "number":
    case "integer":
      return { ...about, kind: "number", whole: schema.type === "integer", limits: bounds(schema) };
    case "boolean":
      return { ...about, kind: "boolean" };
    case "null":
      return { ...about, kind: "choice", options: [null] };
    default:
      return { ...about, kind: "json" };
  }
}

const aboutOf = (schema: Plain): About => ({
  title: typeof schema.title === "string" ? schema.title : undefined,
  description: typeof schema.description === "string" ? schema.description : undefined,
  default: schema.default as Json | undefined,
  sensitive: schema["x-sensitive"] === true,
});

/** `undefined` for one of which no member is known. */
function objectOf(schema: Plain, about: About, within: Within): ObjectField | undefined {
  const properties = isPlain(schema.properties) ? schema.properties : {};
  const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const further = isPlain(schema.additionalProperties) ? schema.additionalProperties : {};
  const names = [...new Set([...Object.keys(properties), ...required.filter((each) => typeof each === "string")])];
  if (names.length === 0) return undefined;
  const members: Member[] = names.map((name) => ({
    name,
    field: within(Object.hasOwn(properties, name) ? properties[name] : further),
    required: required.includes(name),
  }));
  return { ...about, kind: "object", members };
}

/** Each outcome of the conditions makes one field, however often it is asked for. */
function picking(schema: Plain, conditions: readonly Condition[], root: unknown, within: Within) {
  const made = new Map<string, Field>();
  return (value: Json | undefined): Field => {
    const met = conditions.map((each) => holds(each.if, value ?? {}, root));
    const outcome = met.join();
    const known = made.get(outcome);
    if (known) return known;
    const more = conditions.map((each, index) => (met[index] ? each.then : each.else)).filter(isPlain);
    const field = within({ ...schema, allOf: more });
    made.set(outcome, field);
    return field;
  };
}

const atLeast = (value: unknown): number => (typeof value === "number" ? value : 0);
const atMost = (value: unknown): number => (typeof value === "number" ? value : Number.POSITIVE_INFINITY);

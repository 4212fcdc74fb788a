/** Whether a value is as a condition (`if`) of a schema says: as much of JSON Schema as conditions are made of. */
import { resolve } from "./combined";
import { isPlain, type Json, sameJson } from "./json";
import { expression } from "./limits";

const TOLD = new Set(["title", "description", "$comment"]);

/** Whether a form can tell when it holds; where it cannot, the value is typed as JSON. */
export function isSayable(condition: unknown, root: unknown, depth = 0): boolean {
  if (typeof condition === "boolean") return true;
  const schema = resolve(condition, root);
  if (!schema || depth > DEPTH_MAX) return false;
  return Object.entries(schema).every(([name, said]) => {
    const inner = (each: unknown): boolean => isSayable(each, root, depth + 1);
    if (name === "properties") return isPlain(said) && Object.values(said).every(inner);
    if (name === "not") return inner(said);
    if (LISTS.has(name)) return Array.isArray(said) && said.every(inner);
    if (name === "pattern") return typeof said === "string" && expression(said) !== undefined;
    return TOLD.has(name) || Object.hasOwn(TESTS, name);
  });
}

const DEPTH_MAX = 6;
const LISTS = new Set(["allOf", "anyOf", "oneOf"]);

/** Of a condition that is sayable. */
export function holds(condition: unknown, value: Json, root: unknown): boolean {
  if (typeof condition === "boolean") return condition;
  const inner = (each: unknown, of: Json = value): boolean => holds(each, of, root);
  return Object.entries(resolve(condition, root) ?? {}).every(([name, said]) => {
    const listed: readonly unknown[] = Array.isArray(said) ? said : [];
    if (name === "properties") {
      if (!isPlain(value) || !isPlain(said)) return true;
      return Object.entries(said).every(([member, each]) => {
        return !Object.hasOwn(value, member) || inner(each, value[member] as Json);
      });
    }
    if (name === "not") return !inner(said);
    if (name === "allOf") return listed.every((each) => inner(each));
    if (name === "anyOf") return listed.some((each) => inner(each));
    if (name === "oneOf") return listed.filter((each) => inner(each)).length === 1;
    return TESTS[name]?.(said, value) ?? true;
  });
}

/** Of what is of another kind than a keyword is about, the keyword says nothing. */
const ofNumbers =
  (test: (value: number, said: number) => boolean) =>
  (said: unknown, value: Json): boolean =>
    typeof value !== "number" || test(value, Number(said));

const ofTexts =
  (test: (value: string, said: unknown) => boolean) =>
  (said: unknown, value: Json): boolean =>
    typeof value !== "string" || test(value, said);

const characters = (text: string): number => [...text].length;

const TESTS: Readonly<Record<string, (said: unknown, value: Json) => boolean>> = {
  type: (said, value) => (Array.isArray(said) ? said : [said]).some((each) => isOfType(each, value)),
  const: (said, value) => sameJson(said as Json, value),
  enum: (said, value) => Array.isArray(said) && said.some((each) => sameJson(each, value)),
  required: (said, value) =>
    !isPlain(value) || !Array.isArray(said) || said.every((each) => Object.hasOwn(value, String(each))),
  minimum: ofNumbers((value, said) => value >= said),
  maximum: ofNumbers((value, said) => value <= said),
  exclusiveMinimum: ofNumbers((value, said) => value > said),
  exclusiveMaximum: ofNumbers((value, said) => value < said),
  minLength: ofTexts((value, said) => characters(value) >= Number(said)),
  maxLength: ofTexts((value, said) => characters(value) <= Number(said)),
  pattern: ofTexts((value, said) => expression(String(said))?.test(value) ?? true),
  minItems: (said, value) => !Array.isArray(value) || value.length >= Number(said),
  maxItems: (said, value) => !Array.isArray(value) || value.length <= Number(said),
};

function isOfType(type: unknown, value: Json): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isPlain(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

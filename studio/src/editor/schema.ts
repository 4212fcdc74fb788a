/**
 * The schema of the language, and the way through it. It is the server's own: made of the tables that documents are
 * checked with. (A ready-made package, codemirror-json-schema, brings a highlighter and a Markdown renderer along, and
 * knows neither names that stand elsewhere in the document nor text that is broken.)
 */
import type { Siblings, Step } from "./place";

export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly { readonly if?: Schema; readonly then?: Schema }[];
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly "x-refers"?: string;
}

/** The schemas that a value at a place may have, references followed. */
export function schemasAt(root: Schema, steps: readonly Step[]): Schema[] {
  let found = [root];
  for (const { key, siblings } of steps) {
    found = found.flatMap((each) => alternatives(root, each, siblings)).flatMap((each) => below(each, key));
    found = unique(found);
  }
  return found;
}

/** What a map with these members may be: of alternatives those that most of their required members are there for. */
export function alternatives(root: Schema, schema: Schema, siblings: Siblings): Schema[] {
  const own = followed(root, schema);
  const several = own.anyOf ?? [];
  if (several.length > 0) {
    const flat = several.flatMap((each) => alternatives(root, each, siblings));
    const there = (each: Schema): number => (each.required ?? []).filter((name) => siblings.has(name)).length;
    const whole = flat.filter((each) => there(each) === (each.required ?? []).length);
    const most = Math.max(0, ...whole.map(there));
    if (most > 0) return whole.filter((each) => there(each) === most);
    const some = flat.filter((each) => there(each) > 0);
    return some.length > 0 ? some : flat;
  }
  const further = (own.allOf ?? []).flatMap((each) =>
    each.if && each.then && holds(each.if, siblings) ? [each.then] : [],
  );
  if (further.length === 0) return [own];
  const properties: Record<string, Schema> = Object.assign(
    {},
    own.properties,
    ...further.map((each) => each.properties),
  );
  return [{ ...own, properties }];
}

function holds(condition: Schema, siblings: Siblings): boolean {
  return Object.entries(condition.properties ?? {}).every(
    ([name, each]) => unquoted(siblings.get(name)) === each.const,
  );
}

const unquoted = (text: string | undefined): string | undefined => text?.replace(/^(["'])(.*)\1$/, "$2");

export function followed(root: Schema, schema: Schema): Schema {
  const name = schema.$ref?.replace("#/$defs/", "");
  const target = name === undefined ? undefined : root.$defs?.[name];
  if (!target) return schema;
  // What is said beside the reference is about this place, and goes first.
  const { $ref: _, ...own } = schema;
  return { ...followed(root, target), ...own };
}

function below(schema: Schema, key: string | number): Schema[] {
  if (typeof key === "number") return schema.items ? [schema.items] : [];
  const known = schema.properties?.[key];
  if (known) return [known];
  return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
}

const unique = (schemas: readonly Schema[]): Schema[] => {
  const seen = new Set<string>();
  return schemas.filter((each) => {
    const key = each.$ref ?? JSON.stringify(each);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};

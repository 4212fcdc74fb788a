/** What may stand where the cursor is in the document: members, values, names of what is declared elsewhere. */
import type { ServerFunction } from "../api/functions";
import type { Names } from "./names";
import type { Place } from "./place";
import { alternatives, followed, type Schema, schemasAt } from "./schema";

export interface Option {
  readonly label: string;
  readonly apply: string;
  readonly detail?: string;
  /** What is likelier is listed first. */
  readonly boost: number;
}

const WRITTEN_MAX = 60;

export function options(root: Schema, place: Place, names: Names): Option[] {
  return place.kind === "key" ? [...members(root, place), ...arguments_(place, names)] : values(root, place, names);
}

function members(root: Schema, place: Place): Option[] {
  const found = new Map<string, Option>();
  const maps = schemasAt(root, place.steps).flatMap((each) => alternatives(root, each, place.siblings));
  for (const map of maps) {
    Object.entries(map.properties ?? {}).forEach(([name, schema], index) => {
      if (place.siblings.has(name) || found.has(name)) return;
      const needed = maps.every((each) => each.required?.includes(name));
      const likely = map.required?.includes(name) ?? false;
      const own = followed(root, schema);
      found.set(name, {
        label: name,
        apply: begun(name, own, root, place),
        boost: (likely ? 50 : 0) - index / 10,
        detail: [needed ? "needed" : "", schema.description?.replaceAll("`", "") ?? ""].filter(Boolean).join(": "),
      });
    });
  }
  return [...found.values()];
}

/** What the function of the server takes that the step calls, where the cursor is in what it is given. */
function arguments_(place: Place, names: Names): Option[] {
  const step = place.steps.at(-1);
  const called = step?.key === "with" ? step.siblings.get("call") : undefined;
  // A function of the workflow itself goes first.
  if (called === undefined || names.declared("functions", place).includes(called)) return [];
  const taken = names.registered.find((each) => each.name === called)?.arguments ?? [];
  return taken
    .filter(({ name }) => !place.siblings.has(name))
    .map(({ name, required }, index) => ({
      label: name,
      apply: `${name}: `,
      boost: (required ? 50 : 0) - index / 10,
      detail: required ? "needed" : "may be left out",
    }));
}

/** A member as far as its kind is certain: a map or a list begins on the next line. */
function begun(name: string, schema: Schema, root: Schema, place: Place): string {
  const kinds = kindsOf(schema, root);
  if (place.column === undefined || kinds.size !== 1) return `${name}: `;
  const indentation = " ".repeat(place.column);
  if (kinds.has("object")) return `${name}:\n${indentation}  `;
  if (kinds.has("array")) return `${name}:\n${indentation}- `;
  return `${name}: `;
}

function kindsOf(schema: Schema, root: Schema): Set<string> {
  const own = followed(root, schema);
  const kinds = new Set<string>(typeof own.type === "string" ? [own.type] : (own.type ?? []));
  for (const each of own.anyOf ?? []) for (const kind of kindsOf(each, root)) kinds.add(kind);
  return kinds.size > 0 ? kinds : new Set(["string", "object"]);
}

function values(root: Schema, place: Place, names: Names): Option[] {
  const found = new Map<string, Option>();
  const add = (value: unknown, detail: string | undefined, boost = 0): void => {
    const label = String(value);
    if (label.length > WRITTEN_MAX || found.has(label)) return;
    found.set(label, { label, apply: label, boost: boost - found.size / 10, ...(detail ? { detail } : {}) });
  };
  for (const schema of valuesAt(root, place)) {
    for (const own of [schema, ...(schema.anyOf ?? []).map((each) => followed(root, each))]) {
      const refers = own["x-refers"];
      if (refers) for (const name of names.declared(refers, place)) add(name, WORDS[refers], 20);
      if (refers === "functions") for (const each of names.registered) add(each.name, wordsOf(each), 10);
      for (const each of own.enum ?? own.examples ?? []) add(each, undefined);
      if (own.type === "boolean") for (const each of [true, false]) add(each, undefined);
    }
  }
  return [...found.values()];
}

/** The schemas of the value of the member that the cursor is in. */
export function valuesAt(root: Schema, place: Place): Schema[] {
  const maps = schemasAt(root, place.steps).flatMap((each) => alternatives(root, each, place.siblings));
  return maps.flatMap((each) => {
    const own = place.key === undefined ? undefined : each.properties?.[place.key];
    if (own) return [followed(root, own)];
    return typeof each.additionalProperties === "object" ? [followed(root, each.additionalProperties)] : [];
  });
}

const wordsOf = ({ summary, readOnly }: ServerFunction): string =>
  [summary ?? "A function of the server.", ...(readOnly ? ["It changes nothing."] : [])].join(" ");

const WORDS: Readonly<Record<string, string>> = {
  tasks: "a step of this list",
  functions: "in use.functions",
  errors: "in use.errors",
  retries: "in use.retries",
  timeouts: "in use.timeouts",
  authentications: "in use.authentications",
  secrets: "in use.secrets",
};

/** What is told of the member that the cursor is on. */
export function told(root: Schema, place: Place, name: string): { title: string; lines: string[] } | undefined {
  const maps = schemasAt(root, place.steps).flatMap((each) => alternatives(root, each, place.siblings));
  const own = maps.map((each) => each.properties?.[name]).find((each) => each !== undefined);
  if (!own) return undefined;
  const schema = followed(root, own);
  const shapes = [schema, ...(schema.anyOf ?? []).map((each) => followed(root, each))];
  const allowed = shapes.flatMap((each) => each.enum ?? []);
  const examples = shapes.flatMap((each) => each.examples ?? []);
  const forms = schema.anyOf
    ? followed(root, { ...own, description: undefined } as unknown as Schema).description
    : undefined;
  return {
    title: schema.description ?? name,
    lines: [
      ...(forms && forms !== schema.description ? [`It is ${forms}.`] : []),
      ...(allowed.length > 0 ? [`One of ${allowed.join(", ")}.`] : []),
      ...(allowed.length === 0 && examples.length > 0 ? [`For example ${examples.slice(0, 4).join(", ")}.`] : []),
    ],
  };
}

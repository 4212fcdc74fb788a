/** Unions: a value that is one of several things. Which one it is, is told by the value, or chosen. */
import { type Branch, type Field, type ObjectField, settledFor, shows, type Tag, type UnionField } from "./fields";
import { isPlain, type Json, type Place, type Plain, pointerTo, sameJson } from "./json";

type About = Pick<Field, "title" | "description" | "default" | "sensitive">;

const WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "yes or no",
  array: "a list",
  object: "several fields",
  null: "nothing (null)",
};

/** `undefined` where it cannot be shown as a choice. */
export function unionOf(
  schema: Plain,
  keyword: "oneOf" | "anyOf" | "type",
  about: About,
  within: (schema: unknown) => Field,
  objectOf: (schema: Plain) => ObjectField | undefined,
): Field | undefined {
  const { [keyword]: said, ...rest } = schema;
  const base = without(rest, ["title", "description", "default"]);
  const alternatives = (said as readonly unknown[]).map((each) => (keyword === "type" ? { type: each } : each));
  const fields = alternatives.map((each) => within({ allOf: [each, base] }));
  if (fields.length === 0) return undefined;
  const choice = onlyChoices(fields, about);
  if (choice) return choice;
  const branches = fields.flatMap((field, index): Branch[] => {
    const label = field.title ?? worded(alternatives[index], field) ?? `kind ${index + 1}`;
    return field.kind === "union" ? [...field.branches] : [{ label, field }];
  });
  const renamed = branches.map(({ label, field }) => ({ label, field: { ...field, title: about.title } }));
  return { ...about, kind: "union", branches: distinct(renamed), tag: tagOf(branches), common: objectOf(rest) };
}

const without = (schema: Plain, names: readonly string[]): Plain =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));

/** Values to choose from, each perhaps with a name of its own. */
function onlyChoices(fields: readonly Field[], about: About): Field | undefined {
  const options: Json[] = [];
  const labels: string[] = [];
  for (const each of fields) {
    if (each.kind !== "choice") return undefined;
    for (const value of each.options) {
      options.push(value);
      labels.push(each.options.length === 1 && each.title ? each.title : wordOf(value));
    }
  }
  return { ...about, kind: "choice", options, labels };
}

export const wordOf = (value: Json): string =>
  value === true ? "yes" : value === false ? "no" : typeof value === "string" ? value : JSON.stringify(value);

function worded(alternative: unknown, field: Field): string | undefined {
  if (isPlain(alternative) && alternative.type === "null") return WORDS.null;
  if (field.kind === "object") {
    const own = field.members.filter((each) => each.required).map((each) => each.name);
    const requires = isPlain(alternative) && Array.isArray(alternative.required) ? alternative.required : own;
    return requires.length > 0 ? requires.join(", ") : undefined;
  }
  if (field.kind === "choice") return field.options.map(wordOf).join(" or ");
  return isPlain(alternative) ? WORDS[String(alternative.type)] : undefined;
}

/** Two of the same name are told apart by a number. */
function distinct(branches: readonly Branch[]): Branch[] {
  return branches.map((each, index) => {
    const before = branches.slice(0, index).filter(({ label }) => label === each.label).length;
    return before === 0 ? each : { ...each, label: `${each.label} (${before + 1})` };
  });
}

/** A member that all branches require, with values that no two of them share. */
function tagOf(branches: readonly Branch[]): Tag | undefined {
  const [first] = branches;
  if (first?.field.kind !== "object") return undefined;
  for (const { name, field } of first.field.members) {
    const options = branches.flatMap((branch, index) => {
      const member =
        branch.field.kind === "object" ? branch.field.members.find((each) => each.name === name) : undefined;
      if (member?.field.kind !== "choice" || !member.required) return [];
      const only = member.field.options.length === 1;
      return member.field.options.map((value) => ({
        value,
        label: (only && branch.field.title) || wordOf(value),
        branch: index,
      }));
    });
    const all = new Set(options.map((each) => each.branch)).size === branches.length;
    const told = new Set(options.map((each) => JSON.stringify(each.value))).size === options.length;
    if (all && told) return { name, title: field.title, options };
  }
  return undefined;
}

/** By which what was chosen at a place is remembered; it lies within the place, and so goes where that goes. */
export const choiceAt = (field: UnionField, place: Place): string =>
  `${pointerTo(place)}/#${field.branches.map((each) => each.label).join("|")}`;

/** The branch that is shown for a value: what was chosen where that shows it, otherwise the one that fits best; or -1. */
export function branchOf(field: UnionField, value: Json | undefined, chosen: number | undefined): number {
  const { branches, tag } = field;
  if (tag) {
    const said = isPlain(value) ? (value as { readonly [name: string]: Json })[tag.name] : undefined;
    return tag.options.find((each) => said !== undefined && sameJson(each.value, said))?.branch ?? -1;
  }
  const picked = chosen === undefined ? undefined : branches[chosen];
  if (chosen !== undefined && picked && shows(picked.field, value)) return chosen;
  if (value === undefined) return -1;
  const fits = branches.map((each) => fitOf(each.field, value));
  const best = Math.max(...fits);
  const equal = fits.filter((each) => each === best).length;
  return best === 0 || (equal > 1 && isPlain(value)) ? -1 : fits.indexOf(best);
}

/** How well a field shows a value; 0: not at all. */
function fitOf(field: Field, value: Json): number {
  const settled = settledFor(field, value);
  if (settled.kind === "json" || !shows(settled, value)) return 0;
  if (settled.kind === "choice") return 3;
  if (settled.kind !== "object" || !isPlain(value)) return settled.kind === "number" && settled.whole ? 2 : 1;
  const known = settled.members.filter((each) => Object.hasOwn(value, each.name));
  if (known.some((each) => each.field.kind === "choice" && !shows(each.field, value[each.name] as Json))) return 0;
  return 1 + known.length;
}

/** The field of a branch; what is there whichever is chosen where none is, if anything is. */
export function fieldAt(field: UnionField, branch: number): Field {
  const found = field.branches[branch]?.field ?? field.common ?? { ...NOTHING, title: field.title };
  const { tag } = field;
  if (!tag || found.kind !== "object") return found;
  return { ...found, members: found.members.filter((each) => each.name !== tag.name) };
}

const NOTHING: ObjectField = {
  kind: "object",
  members: [],
  title: undefined,
  description: undefined,
  default: undefined,
  sensitive: false,
};

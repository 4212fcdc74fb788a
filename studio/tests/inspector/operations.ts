/** Everything that the fields of a panel can do to a text, found by walking the tables that the panels are drawn from. */
import { namesIn, renameEntry, swapEntries } from "../../src/document/edits/entries";
import { insertItem, lengthOf, removeItem, swapItems } from "../../src/document/edits/items";
import { removeValue, setValue } from "../../src/document/edits/values";
import type { Edit } from "../../src/document/splice";
import type { Model, Path } from "../../src/document/task";
import { begin, beginning, freeKey, type Member, type Shape } from "../../src/inspector/fields";
import type { Names } from "../../src/inspector/names";
import { sorted } from "../../src/inspector/offers";
import { isThere, valueAt } from "../../src/inspector/scope";

export interface Operation {
  readonly told: string;
  readonly edit: Edit;
  /** Where something was added, and how much of its path stays when it is removed again. */
  readonly added?: { readonly path: Path; readonly kept: number };
}

export function* ofMembers(
  model: Model,
  names: Names,
  members: readonly Member[],
  base: Path,
  kept = base.length,
  atLeastOne?: string,
): Generator<Operation> {
  const { shown, absent, fixed } = sorted(model, members, base, atLeastOne);
  const staying = (member: Member): number => (member.kept ? base.length + member.kept : kept);
  for (const member of absent) {
    const path = [...base, ...member.at];
    const edit = setValue(model, path, beginning(member, names));
    yield { told: `add ${path.join("/")}`, edit, added: { path, kept: staying(member) } };
  }
  for (const member of shown) {
    const path = [...base, ...member.at];
    if (!isThere(model, path)) continue;
    if (!fixed.has(member)) yield { told: `remove ${path.join("/")}`, edit: removeValue(model, path, staying(member)) };
    yield* ofShape(model, names, member, path, !fixed.has(member));
  }
}

const SAMPLES: Partial<Record<Shape["kind"], unknown>> = {
  text: "other",
  number: 404,
  flag: true,
  duration: { minutes: 5 },
  markdown: "# Title\n\nA *text* in `Markdown`: with lines.\n",
  value: { some: ["data", { of: 1 }] },
};

function* ofShape(model: Model, names: Names, shape: Shape, path: Path, optional: boolean): Generator<Operation> {
  const told = path.join("/");
  switch (shape.kind) {
    case "group":
      yield* ofMembers(model, names, shape.members, path, optional ? path.length - 1 : path.length, shape.atLeastOne);
      return;
    case "variants": {
      const value = valueAt(model, path);
      for (const each of shape.variants)
        if (!each.fits(value))
          yield { told: `${told} as ${each.label}`, edit: setValue(model, path, each.begin(names, value)) };
      const chosen = shape.variants.find((each) => each.fits(value));
      if (chosen) yield* ofShape(model, names, chosen.shape, path, optional);
      return;
    }
    case "map":
      yield* ofMap(model, names, shape, path);
      return;
    case "list": {
      const length = lengthOf(model, path);
      const each = shape.each ?? begin(shape.items, names);
      yield { told: `add to ${told}`, edit: insertItem(model, path, length, each) };
      for (let index = 0; index < length; index += 1) {
        yield { told: `remove ${index} of ${told}`, edit: removeItem(model, path, index) };
        if (index + 1 < length) yield { told: `swap ${index} of ${told}`, edit: swapItems(model, path, index) };
        yield* ofShape(model, names, shape.items, [...path, index], false);
      }
      return;
    }
    case "named": {
      const length = lengthOf(model, path);
      const all = Array.from({ length }, (_, index) => namesIn(model, [...path, index])[0] ?? "");
      yield {
        told: `add to ${told}`,
        edit: insertItem(model, path, length, { [freeKey(all, shape.noun)]: shape.each }),
      };
      for (const [index, name] of all.entries()) {
        if (length > 1) yield { told: `remove ${index} of ${told}`, edit: removeItem(model, path, index) };
        if (index + 1 < length) yield { told: `swap ${index} of ${told}`, edit: swapItems(model, path, index) };
        yield { told: `rename ${index} of ${told}`, edit: renameEntry(model, [...path, index], name, "another") };
        yield* ofShape(model, names, shape.values, [...path, index, name], false);
      }
      return;
    }
    case "choice":
      for (const { value } of shape.options) yield { told: `${told}: ${value}`, edit: setValue(model, path, value) };
      return;
    case "expression":
      yield { told, edit: setValue(model, path, shape.bare ? '.a > 1 and .b == "it\'s: # so"' : "${ .a | .b }") };
      return;
    case "value":
      yield { told, edit: setValue(model, path, shape.steps ? [{ some: { set: { done: true } } }] : SAMPLES.value) };
      return;
    case "schema":
    case "tasks":
      return;
    default:
      yield { told, edit: setValue(model, path, SAMPLES[shape.kind]) };
  }
}

function* ofMap(model: Model, names: Names, shape: Shape & { kind: "map" }, path: Path): Generator<Operation> {
  const told = path.join("/");
  const keys = namesIn(model, path);
  const each = shape.each ?? begin(shape.values, names);
  yield { told: `add to ${told}`, edit: setValue(model, [...path, freeKey(keys, shape.noun)], each) };
  const kept = shape.least === undefined ? path.length - 1 : path.length;
  for (const [index, key] of keys.entries()) {
    if (keys.length > (shape.least ?? 0))
      yield { told: `remove ${key} of ${told}`, edit: removeValue(model, [...path, key], kept) };
    if (index + 1 < keys.length) yield { told: `swap ${key} of ${told}`, edit: swapEntries(model, path, index) };
    yield { told: `rename ${key} of ${told}`, edit: renameEntry(model, path, key, "another") };
    yield* ofShape(model, names, shape.values, [...path, key], false);
  }
}

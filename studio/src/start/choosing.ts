/** What becomes of a value where another branch of a union is chosen, or a condition holds that did not: nothing is lost. */
import { blank, type Field, initial, settledFor, shows, type UnionField } from "./fields";
import { isPlain, type Json, type Place, pointerTo, valueAt } from "./json";
import { put, type Typed } from "./typed";
import { branchOf, choiceAt, fieldAt } from "./unions";

const ROUNDS_MAX = 3;

type Members = { readonly [name: string]: Json };
const membersIn = (value: Json | undefined): Members => (isPlain(value) ? (value as Members) : {});

/** The branch that is shown at a place. */
export const shownBranch = (field: UnionField, typed: Typed, place: Place): number =>
  branchOf(field, valueAt(typed.value, place), typed.chosen.get(choiceAt(field, place)));

/** Another branch of a union; with a tag, by one of its values. What only the branch before shows is put aside. */
export function choose(field: UnionField, typed: Typed, place: Place, branch: number, tagged?: Json): Typed {
  const key = choiceAt(field, place);
  const before = fieldAt(field, shownBranch(field, typed, place));
  const after = fieldAt(field, branch);
  const chosen = new Map(typed.chosen).set(key, branch);
  const now = exchanged(before, after, { ...typed, chosen }, place, namesOf(field));
  return field.tag && tagged !== undefined ? put(now, [...place, field.tag.name], tagged) : now;
}

/** A value is no longer given at all; what it was is put aside. */
export function omit(field: UnionField, typed: Typed, place: Place): Typed {
  const before = fieldAt(field, shownBranch(field, typed, place));
  const chosen = new Map(typed.chosen);
  chosen.delete(choiceAt(field, place));
  return put({ ...typed, chosen, aside: kept(typed, before, place) }, place, undefined);
}

/** After a change: fields that are no longer asked for leave the value, and come back with what was typed in them. */
export function settle(field: Field, before: Typed, changed: Typed): Typed {
  let [then, now] = [before, changed];
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const settled = settleWithin(field, then, now, []);
    if (settled === now) return now;
    [then, now] = [now, settled];
  }
  return now;
}

function settleWithin(field: Field, before: Typed, now: Typed, place: Place): Typed {
  const [was, is] = [valueAt(before.value, place), valueAt(now.value, place)];
  switch (field.kind) {
    case "depends": {
      const [old, fresh] = [field.pick(was), field.pick(is)];
      const next = old === fresh || !isPlain(is) ? now : exchanged(old, fresh, now, place);
      return settleWithin(fresh, before, next, place);
    }
    case "union":
      return settleWithin(fieldAt(field, shownBranch(field, now, place)), before, now, place);
    case "object":
      return field.members.reduce((next, each) => settleWithin(each.field, before, next, [...place, each.name]), now);
    case "array": {
      // Where items came or went, those at one place are not the same.
      if (!Array.isArray(was) || !Array.isArray(is) || was.length !== is.length) return now;
      return is.reduce<Typed>((next, _, index) => settleWithin(field.item, before, next, [...place, index]), now);
    }
    default:
      return now;
  }
}

/** One field stands in the place of another: of what was known, members go aside, and come back from there. */
function exchanged(before: Field, after: Field, typed: Typed, place: Place, known = namesOf(before)): Typed {
  const here = valueAt(typed.value, place);
  const value = here ?? typed.aside.get(asideAt(after, place)) ?? {};
  const fresh = settledFor(after, value);
  const [had, come] = [namesOf(settledFor(before, here)), namesOf(fresh)];
  if (!had || !come || !isPlain(value)) return replaced(before, after, typed, place);
  const aside = new Map(typed.aside);
  let next = here === undefined ? put(typed, place, value) : typed;
  const change = (name: string, from: Json | undefined, to: Json | undefined): void => {
    if (from !== undefined) aside.set(pointerTo([...place, name]), from);
    next = put(next, [...place, name], to);
  };
  const members = membersIn(value);
  for (const name of known ?? []) if (!come.includes(name)) change(name, members[name], undefined);
  const begun = membersIn(initial(after));
  for (const name of come) {
    const field = fresh.kind === "object" ? fresh.members.find((each) => each.name === name)?.field : undefined;
    const fits = (each: Json | undefined): boolean => each !== undefined && (!field || shows(field, each));
    // What was there before and is empty, somebody has emptied.
    if (fits(members[name]) || (had.includes(name) && members[name] === undefined)) continue;
    const back = [aside.get(pointerTo([...place, name])), begun[name]].find(fits);
    if (back !== undefined || members[name] !== undefined) change(name, members[name], back);
  }
  return { ...next, aside };
}

/** What is no object is put aside as a whole. */
function replaced(before: Field, after: Field, typed: Typed, place: Place): Typed {
  const aside = kept(typed, before, place);
  const back = aside.get(asideAt(after, place)) ?? initial(after);
  const item = typeof place.at(-1) === "number" ? blank(after) : undefined;
  return put({ ...typed, aside }, place, back ?? item);
}

function kept(typed: Typed, field: Field, place: Place): Typed["aside"] {
  const value = valueAt(typed.value, place);
  return value === undefined ? typed.aside : new Map(typed.aside).set(asideAt(field, place), value);
}

const asideAt = ({ kind }: Field, place: Place): string => `${pointerTo(place)}/#${kind}`;

function namesOf(field: Field): readonly string[] | undefined {
  if (field.kind === "object") return field.members.map((each) => each.name);
  if (field.kind !== "union") return undefined;
  const within = [field.common, ...field.branches.map((each) => each.field)].map((each) => each && namesOf(each));
  const found = within.flatMap((each) => each ?? []);
  return found.length > 0 ? [...new Set(found)] : undefined;
}

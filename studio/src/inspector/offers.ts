/** Which members are shown as fields, which are offered to be added, and which cannot be removed. */
import { isBehindAlias } from "../document/aliases";
import type { Model, Path } from "../document/task";
import { isPlain, type Member } from "./fields";
import { isThere, valueAt } from "./scope";

export interface Sorted {
  readonly shown: readonly Member[];
  readonly absent: readonly Member[];
  /** Of those that are shown. */
  readonly fixed: ReadonlySet<Member>;
}

/** `atLeastOne`: the key of a map below `base` that must not become empty. */
export function sorted(model: Model, members: readonly Member[], base: Path, atLeastOne?: string): Sorted {
  const there = (at: readonly string[]): boolean => isThere(model, [...base, ...at]);
  const shown = members.filter((each) => each.required || each.always || there(each.at));
  const absent = members.filter(
    (each) =>
      !shown.includes(each) && (!each.needs || there(each.needs)) && !isBehindAlias(model, [...base, ...each.at]),
  );
  const least = atLeastOne === undefined ? undefined : valueAt(model, [...base, atLeastOne]);
  const alone = isPlain(least) && Object.keys(least).length <= 1;
  const needed = new Set(shown.filter((each) => there(each.at)).map((each) => each.needs?.join(".")));
  const fixed = shown.filter(
    (each) =>
      each.required ||
      (each.always && !there(each.at)) ||
      needed.has(each.at.join(".")) ||
      (alone && each.at[0] === atLeastOne),
  );
  return { shown, absent, fixed: new Set(fixed) };
}

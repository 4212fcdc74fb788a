/** Names that a document refers to: those that it declares in another place, and those of the server's functions. */
import { isMap, isScalar, isSeq } from "yaml";
import type { ServerFunction } from "../api/functions";
import { meantAt } from "../document/aliases";
import type { Model } from "../document/task";
import type { Place } from "./place";

export interface Names {
  /** `section` of `use`, or `tasks`: the steps of the list in which the cursor stands. */
  readonly declared: (section: string, place: Place) => readonly string[];
  /** The functions of the server; none while they are not known. */
  readonly registered: readonly ServerFunction[];
}

export const namesOf = (model: Model, registered: readonly ServerFunction[]): Names => ({
  registered,
  declared: (section, place) => (section === "tasks" ? beside(model, place) : inUse(model, section)),
});

function inUse(model: Model, section: string): string[] {
  const node = meantAt(model, ["use", section]);
  if (isMap(node)) return node.items.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : "")).filter(Boolean);
  if (isSeq(node)) return node.items.flatMap((each) => (isScalar(each) ? [String(each.value)] : []));
  return [];
}

/** The other steps of the innermost list of steps around a place. */
function beside(model: Model, place: Place): string[] {
  const keys = place.steps.map((each) => each.key);
  // A list of steps holds maps of one member: [..., "do", 3, "charge", ...]; the cases of a switch are such a list too.
  for (let end = keys.length - 1; end >= 1; end -= 1) {
    if (typeof keys[end] !== "string" || typeof keys[end - 1] !== "number" || keys[end - 2] === "switch") continue;
    const own = keys[end];
    const list: unknown = meantAt(model, keys.slice(0, end - 1));
    if (!isSeq(list)) return [];
    return list.items
      .flatMap((item) => (isMap(item) ? item.items.slice(0, 1) : []))
      .flatMap((pair) => (isScalar(pair.key) ? [String(pair.key.value)] : []))
      .filter((name) => name !== own);
  }
  return [];
}

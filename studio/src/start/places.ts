/** The JSON pointers of all fields that are shown for what was typed. */
import { shownBranch } from "./choosing";
import { type Field, settledFor, shows } from "./fields";
import { isPlain, type Json, type Place, pointerTo, valueAt } from "./json";
import type { Typed } from "./typed";
import { fieldAt } from "./unions";

export function placesOf(field: Field, typed: Typed, place: Place = []): Set<string> {
  const value = valueAt(typed.value, place);
  const settled = settledFor(field, value);
  const found = new Set([pointerTo(place)]);
  const add = (places: Iterable<string>): void => {
    for (const each of places) found.add(each);
  };
  if (!shows(settled, value)) return found;
  if (isPlain(value)) add(Object.keys(value).map((name) => pointerTo([...place, name])));
  if (settled.kind === "object") {
    for (const each of settled.members) add(placesOf(each.field, typed, [...place, each.name]));
  }
  if (settled.kind === "union") {
    if (settled.tag) found.add(pointerTo([...place, settled.tag.name]));
    add(placesOf(fieldAt(settled, shownBranch(settled, typed, place)), typed, place));
  }
  if (settled.kind === "array" && Array.isArray(value)) {
    for (const index of (value as readonly Json[]).keys()) add(placesOf(settled.item, typed, [...place, index]));
  }
  return found;
}

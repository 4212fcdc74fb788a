/** Edits of whatever stands at a path: a member of a map or an item of a list. */
import type { Edit } from "../splice";
import type { Model, Path } from "../task";
import { removeItem, setItem } from "./items";
import { removeMember, setMember } from "./members";

export const setValue = (model: Model, path: Path, value: unknown): Edit => {
  const last = path.at(-1);
  return typeof last === "number" ? setItem(model, path.slice(0, -1), last, value) : setMember(model, path, value);
};

/** Remove it, and what it leaves empty behind the first `kept` steps of the path. */
export const removeValue = (model: Model, path: Path, kept = 1): Edit => {
  const last = path.at(-1);
  return typeof last === "number" ? removeItem(model, path.slice(0, -1), last) : removeMember(model, path, kept);
};

/** What is known of the function that a step calls, where the server was given it, and its arguments to be filled in. */
import type { ServerFunction } from "../api/functions";
import { aliasOn } from "../document/aliases";
import { setMember } from "../document/edits/members";
import { type Edit, inOrder } from "../document/splice";
import type { Model, Path, Task } from "../document/task";
import { Icon } from "../ui/Icon";
import { isPlain } from "./fields";
import { useScope, valueAt } from "./scope";

export function FunctionNote({ task, called }: { task: Task; called: string }) {
  const { model, apply, names } = useScope();
  const found = names.registered.find((each) => each.name === called);
  // A function of the workflow itself goes first.
  if (!found || names.functions.includes(called)) return null;
  const path: Path = [...task.path, "with"];
  const given = valueAt(model, path);
  const open = (isPlain(given) || given === undefined) && !aliasOn(model, path);
  const missing = open ? requiredOf(found).filter((name) => !has(given, name)) : [];
  return (
    <div className="function-note">
      <p className="muted">
        {found.summary ?? "A function of the server."} {taken(found)}
        {found.readOnly ? " It changes nothing." : ""}
      </p>
      {missing.length > 0 ? (
        <button type="button" className="add" onClick={() => apply(filled(model, path, given, missing))}>
          <Icon name="plus" size={12} /> Give it {missing.join(", ")}
        </button>
      ) : null}
    </div>
  );
}

const has = (given: unknown, name: string): boolean => isPlain(given) && Object.hasOwn(given, name);

const requiredOf = (found: ServerFunction): string[] =>
  (found.arguments ?? []).filter((each) => each.required).map((each) => each.name);

function taken({ arguments: known, furtherArguments }: ServerFunction): string {
  if (known === null) return "";
  const told = known.map((each) => (each.required ? each.name : `${each.name} (may be left out)`));
  if (furtherArguments) told.push("any others");
  return told.length > 0 ? `It takes ${told.join(", ")}.` : "It takes nothing.";
}

/** What a function has to be given begins with what flows in under the same name. */
export const argumentsOf = (found: ServerFunction): Record<string, string> =>
  Object.fromEntries(requiredOf(found).map((name) => [name, expressionOf(name)]));

const expressionOf = (name: string): string => `\${ .${name} }`;

function filled(model: Model, path: Path, given: unknown, missing: readonly string[]): Edit {
  const begun = Object.fromEntries(missing.map((name) => [name, expressionOf(name)]));
  if (!isPlain(given) || Object.keys(given).length === 0) return setMember(model, path, begun);
  return inOrder(missing.flatMap((name) => setMember(model, [...path, name], expressionOf(name))));
}

/** A call of an operation as it is written: its parameters as members, ready to be filled in. */
import type { OperationArgument, ServiceOperation } from "../api/services";
import { plainAt } from "../document/aliases";
import { removeMember, setMember } from "../document/edits/members";
import { isPlain } from "../document/effects";
import { nodeAt } from "../document/nodes";
import { type Edit, inOrder } from "../document/splice";
import type { Model, Path, Task } from "../document/task";

/** The arguments that are needed; those that a value before has are kept. */
export function parametersOf(
  operation: ServiceOperation,
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const taken = operation.arguments.filter((each) => each.required || each.name in before);
  return Object.fromEntries(taken.map((each) => [each.name, before[each.name] ?? begun(each)]));
}

const PLAIN = /^[A-Za-z_]\w*$/;

/** What the document suggests, or the member of the input that has the same name. */
function begun({ name, schema }: OperationArgument): unknown {
  const suggested = schema.default ?? schema.example;
  if (suggested !== undefined) return suggested;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0];
  return PLAIN.test(name) ? `\${ .${name} }` : `\${ .${JSON.stringify(name)} }`;
}

/** Let a call be one of an operation. `uri`: the address of its document, where that is another one. */
export function called(model: Model, task: Task, operation: ServiceOperation, uri: string | undefined): Edit {
  const path: Path = [...task.path, "with"];
  const given = plainAt(model, path);
  const before = isPlain(given) ? given.parameters : undefined;
  const parameters = parametersOf(operation, isPlain(before) ? before : {});
  const some = Object.keys(parameters).length > 0;
  const { operationId } = operation;
  // Each member by itself would bring a `with` of its own along.
  if (!isPlain(given) || Object.keys(given).length === 0) {
    const document = uri === undefined ? {} : { document: { endpoint: uri } };
    return setMember(model, path, { ...document, operationId, ...(some ? { parameters } : {}) });
  }
  const gone = nodeAt(model, [...path, "parameters"]) ? removeMember(model, [...path, "parameters"]) : [];
  return inOrder([
    ...(uri === undefined ? [] : setMember(model, [...path, "document", "endpoint"], uri)),
    ...setMember(model, [...path, "operationId"], operationId),
    ...(some ? setMember(model, [...path, "parameters"], parameters) : gone),
  ]);
}

/** The undo that the service declares: its arguments are taken from what the step has given. */
export const undoOf = (
  operation: ServiceOperation,
  operations: readonly ServiceOperation[],
  endpoint: unknown,
): unknown => {
  const inverse = operations.find((each) => each.operationId === operation.undoneBy);
  if (!inverse) return undefined;
  const parameters = parametersOf(inverse);
  return {
    call: "openapi",
    with: {
      document: { endpoint },
      operationId: inverse.operationId,
      ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
    },
  };
};

/** Operations whose name, path or summary has all of these words. */
export function matching(operations: readonly ServiceOperation[], words: string): readonly ServiceOperation[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return operations.filter(({ operationId, method, path, summary }) => {
    const told = `${operationId} ${method} ${path} ${summary ?? ""}`.toLowerCase();
    return wanted.every((each) => told.includes(each));
  });
}

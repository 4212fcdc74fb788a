import { useId } from "react";
import { aliasOn } from "../document/aliases";
import { removeMember, setMember } from "../document/edits/members";
import { inOrder } from "../document/splice";
import type { Task } from "../document/task";
import { argumentsOf, FunctionNote } from "./FunctionNote";
import { begin, isPlain } from "./fields";
import { CALLS } from "./members/calls";
import { PickOperation } from "./PickOperation";
import { useScope, valueAt } from "./scope";

const FORMS: readonly (readonly [call: string, label: string])[] = [
  ["http", "An address (HTTP)"],
  ["openapi", "An operation (OpenAPI)"],
  ["", "A function"],
  ["asyncapi", "A channel (AsyncAPI)"],
  ["grpc", "A method (gRPC)"],
  ["mcp", "A tool (MCP)"],
  ["a2a", "An agent (A2A)"],
];

/** `undefined` for no arguments at all. */
const someOf = (given: Record<string, string>): Record<string, string> | undefined =>
  Object.keys(given).length > 0 ? given : undefined;

/** What is called. Another form begins with arguments of its own. */
export function CallForm({ task }: { task: Task }) {
  const { model, apply, names } = useScope();
  const id = useId();
  const own = valueAt(model, task.path);
  const called = isPlain(own) && typeof own.call === "string" ? own.call : "";
  const choose = (call: string): void => {
    const members = CALLS[call];
    const begun = members ? begin({ kind: "group", members }, names) : undefined;
    const [ofWorkflow, ofServer] = [names.functions[0], names.registered[0]];
    const taken = !ofWorkflow && ofServer ? someOf(argumentsOf(ofServer)) : undefined;
    const arguments_ = isPlain(begun) ? begun.with : taken;
    const before = isPlain(own) && own.with !== undefined;
    apply(
      inOrder([
        ...setMember(model, [...task.path, "call"], call || (ofWorkflow ?? ofServer?.name ?? "function")),
        ...(arguments_ === undefined
          ? before
            ? removeMember(model, [...task.path, "with"])
            : []
          : setMember(model, [...task.path, "with"], arguments_)),
      ]),
    );
  };
  return (
    <>
      <div className="field">
        <label htmlFor={id}>Calls</label>
        <select id={id} value={CALLS[called] ? called : ""} onChange={(event) => choose(event.target.value)}>
          {FORMS.map(([call, label]) => (
            <option key={call} value={call}>
              {label}
            </option>
          ))}
        </select>
      </div>
      {called === "openapi" && !aliasOn(model, [...task.path, "with"]) ? <PickOperation task={task} /> : null}
      {CALLS[called] ? null : <FunctionNote task={task} called={called} />}
    </>
  );
}

/** A trial as a scenario that `counterpoint test` runs: what was supposed, and what came of it as what is expected. */
import { stringify } from "yaml";
import type { Fault, Trace } from "../api/rehearsals";

export function scenarioOf(file: string, name: string, faults: readonly Fault[], trace: Trace): string {
  const expect = {
    status: trace.status,
    ...(trace.saga ? { saga: trace.saga } : {}),
    ...(trace.undos?.length ? { undos: trace.undos.map((each) => each.task) } : {}),
    left: (trace.left ?? []).map((each) => each.task),
  };
  const scenario = { name, input: trace.input ?? {}, unanswered: "generate", faults, expect };
  return stringify({ workflow: file, scenarios: [scenario] }, { lineWidth: 0, singleQuote: true, indentSeq: false });
}

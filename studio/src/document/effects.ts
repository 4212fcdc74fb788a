/** Which tasks may change something outside: the rule of the server (`plan/checks/effects.py`), on plain data. */

export type Plain = Readonly<Record<string, unknown>>;

export const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const at = (value: unknown, name: string): unknown => (isPlain(value) ? value[name] : undefined);

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS = new Set(["get", "head", "options", "trace"]);
const SAFE_MCP = new Set([
  "tools/list",
  "prompts/list",
  "prompts/get",
  "resources/list",
  "resources/read",
  "resources/templates/list",
]);
const SAFE_A2A = new Set(["tasks/get", "tasks/list", "agent/getAuthenticatedExtendedCard"]);
const PROTOCOLS = new Set(["http", "openapi", "asyncapi", "grpc", "a2a", "mcp"]);

/** What is said beside a task in the author form, or under its `metadata` in the portable form. */
export const said = (task: Plain, name: "compensate" | "saga"): unknown => task[name] ?? at(task.metadata, name);

export const isCovered = (task: Plain): boolean =>
  said(task, "compensate") !== undefined || said(task, "saga") === "pivot";

export interface List {
  readonly role: "do" | "try" | "catch" | "branches" | "foreach";
  readonly items: readonly unknown[];
  /** JSON pointer, after that of the task. */
  readonly at: string;
}

/** The lists that a task holds, those of its undo left out. */
export function listsOf(task: Plain): List[] {
  const found: [List["role"], unknown, string][] = [
    ["do", task.do, "/do"],
    ["try", task.try, "/try"],
    ["catch", at(task.catch, "do"), "/catch/do"],
    ["branches", at(task.fork, "branches"), "/fork/branches"],
    ["foreach", at(task.foreach, "do"), "/foreach/do"],
  ];
  if (task.call === "asyncapi") {
    const inner = at(at(at(task.with, "subscription"), "foreach"), "do");
    found.push(["foreach", inner, "/with/subscription/foreach/do"]);
  }
  return found.flatMap(([role, items, pointer]) => (Array.isArray(items) ? [{ role, items, at: pointer }] : []));
}

export interface Named {
  readonly name: string;
  readonly task: Plain;
  readonly pointer: string;
}

export function namedIn(items: readonly unknown[], pointer: string): Named[] {
  return items.flatMap((item, index) =>
    Object.entries(isPlain(item) ? item : {}).flatMap(([name, task]) =>
      isPlain(task)
        ? [{ name, task, pointer: `${pointer}/${index}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}` }]
        : [],
    ),
  );
}

/** What is known beyond the document itself; what is not known may change something. */
export interface Known {
  /** Functions of the server that change nothing. */
  readonly readOnly: ReadonlySet<string>;
  /** Operations that only read, by the address of the OpenAPI document that says so. */
  readonly reading: Reading;
}

export type Reading = ReadonlyMap<string, ReadonlySet<string>>;

export const NOTHING: Known = { readOnly: new Set(), reading: new Map() };

/** Those operations of a document that only read. Of a name that stands there twice the last is meant, as calls mean it. */
export function readingOf(operations: readonly { operationId: string; method: string }[]): ReadonlySet<string> {
  const methods = new Map(operations.map(({ operationId, method }) => [operationId, method]));
  return new Set([...methods.keys()].filter((name) => SAFE_METHODS.has(methods.get(name) ?? "")));
}

/** Where the document of an operation's service is, as a call says it. */
export function addressOf(given: unknown): string | undefined {
  const endpoint = at(at(given, "document"), "endpoint");
  const uri = isPlain(endpoint) ? endpoint.uri : endpoint;
  return typeof uri === "string" ? uri : undefined;
}

/** Judges the tasks of one document. */
export class Effects {
  readonly #functions: Plain;
  readonly #judged = new Map<string, { readonly effectful: boolean; readonly undone: boolean }>();
  readonly #known: Known;

  constructor(data: unknown, known: Known) {
    this.#known = known;
    const functions = at(at(data, "use"), "functions");
    this.#functions = isPlain(functions) ? functions : {};
  }

  /** Whether the task itself may change something; the tasks that it holds are not its own. */
  of(task: Plain): boolean {
    if ("run" in task) return ofRun(task.run);
    const { call } = task;
    if (call === undefined || call === null) return false;
    const name = String(call);
    if (name === "openapi") return !this.#onlyReads(task.with);
    if (PROTOCOLS.has(name)) return ofProtocol(name, task.with);
    return name in this.#functions ? this.#ofFunction(name).effectful : !this.#known.readOnly.has(name);
  }

  /** Whether a function of the document says itself how its effects are undone. */
  undoneWithin({ call }: Plain): boolean {
    const name = String(call ?? "");
    return !PROTOCOLS.has(name) && name in this.#functions && this.#ofFunction(name).undone;
  }

  /** The method of an operation of OpenAPI is known where its document is. */
  #onlyReads(given: unknown): boolean {
    const reading = this.#known.reading.get(addressOf(given) ?? "");
    return reading?.has(String(at(given, "operationId"))) ?? false;
  }

  #ofFunction(name: string): { readonly effectful: boolean; readonly undone: boolean } {
    const known = this.#judged.get(name);
    if (known) return known;
    this.#judged.set(name, { effectful: false, undone: true }); // one that calls itself is refused elsewhere
    const effects = [...this.#within(this.#functions[name], false)];
    const judged = { effectful: effects.length > 0, undone: effects.every((covered) => covered) };
    this.#judged.set(name, judged);
    return judged;
  }

  /** Of each effect in a function whether it is covered. */
  *#within(task: unknown, around: boolean): Generator<boolean> {
    if (!isPlain(task)) return;
    const covered = around || isCovered(task);
    if (this.of(task)) yield covered || this.undoneWithin(task);
    for (const list of listsOf(task)) {
      for (const inner of namedIn(list.items, list.at)) yield* this.#within(inner.task, covered);
    }
  }
}

function ofProtocol(call: string, given: unknown): boolean {
  const method = String(at(given, "method") ?? "");
  if (call === "http") return !SAFE_METHODS.has(method.toLowerCase());
  if (call === "asyncapi") return at(given, "subscription") === undefined;
  if (call === "mcp") return !SAFE_MCP.has(method);
  if (call === "a2a") return !SAFE_A2A.has(method);
  return true;
}

/** An awaited workflow undoes itself, as a part of the saga that calls it. */
const ofRun = (run: unknown): boolean => !(isPlain(run) && "workflow" in run) || run.await === false;

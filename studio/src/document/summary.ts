/** One line for each task: what it does, in words that fit below its name. */
import type { Kind } from "./task";

type Plain = Record<string, unknown>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const at = (value: unknown, ...keys: string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (isPlain(inner) ? inner[key] : undefined), value);
const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;

export function summarise(kind: Kind, task: unknown): string {
  const tell = SUMMARIES[kind];
  return tell ? tell(task).trim() : "";
}

const SUMMARIES: Partial<Record<Kind, (task: unknown) => string>> = {
  call: (task) => {
    const called = text(at(task, "call"));
    const given = at(task, "with");
    if (called === "http")
      return `${text(at(given, "method")).toUpperCase()} ${short(endpoint(at(given, "endpoint")))}`;
    if (called === "openapi") return `${text(at(given, "operationId"))} · ${short(endpoint(at(given, "document")))}`;
    if (called === "grpc") return `${text(at(given, "service", "name"))}.${text(at(given, "method"))}`;
    if (called === "asyncapi") return `${text(at(given, "operation") ?? at(given, "channel"))} · asyncapi`;
    return called;
  },
  emit: (task) => `event ${text(at(task, "emit", "event", "with", "type"))}`,
  listen: (task) => `event ${eventTypes(at(task, "listen", "to")).join(", ") || "of any type"}`,
  for: (task) => `for each ${text(at(task, "for", "each")) || "item"} in ${text(at(task, "for", "in"))}`,
  fork: (task) => (at(task, "fork", "compete") === true ? "in parallel · first wins" : "in parallel · wait for all"),
  raise: (task) => short(text(at(task, "raise", "error", "type") ?? at(task, "raise", "error"))),
  run: (task) => {
    const run = at(task, "run");
    const what = ["workflow", "script", "shell", "container"].find((each) => at(run, each) !== undefined);
    const named = text(at(run, "workflow", "name") ?? at(run, "shell", "command") ?? at(run, "container", "image"));
    return `${what ?? "run"} ${named}`;
  },
  set: (task) => {
    const value = at(task, "set");
    return isPlain(value) ? Object.keys(value).join(", ") : text(value);
  },
  switch: (task) => {
    const cases = at(task, "switch");
    return count(Array.isArray(cases) ? cases.length : 0, "case");
  },
  try: (task) => (at(task, "catch", "retry") === undefined ? "try" : "try · retried"),
  wait: (task) => duration(at(task, "wait")) ?? "",
  do: () => "in sequence",
};

/** `5s`, `2m 30s`, or the ISO 8601 text as it stands. */
export function duration(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!isPlain(value)) return undefined;
  const units = { days: "d", hours: "h", minutes: "m", seconds: "s", milliseconds: "ms" };
  const parts = Object.entries(units).flatMap(([name, unit]) => (value[name] ? [`${text(value[name])}${unit}`] : []));
  return parts.length ? parts.join(" ") : undefined;
}

export const timeoutOf = (task: unknown): string | undefined =>
  typeof at(task, "timeout") === "string" ? text(at(task, "timeout")) : duration(at(task, "timeout", "after"));

function endpoint(value: unknown): string {
  return text(isPlain(value) ? (value.uri ?? value.endpoint ?? value.name) : value) || "";
}

function eventTypes(to: unknown): string[] {
  const filters = [at(to, "one"), at(to, "any"), at(to, "all")].flat();
  return filters.flatMap((each) => text(at(each, "with", "type")) || []);
}

const SCHEME = /^[a-z]+:\/\//;
/** Numbers have no ending that all of a company's share. */
const MACHINE = /^[a-z]+:\/\/(\d+\.){3}\d+/;

/** An address without its scheme and without the ending of its host, which all of a company's share. */
function short(address: string): string {
  if (address.includes("${")) return computed(address);
  if (MACHINE.test(address)) return address.replace(SCHEME, "");
  return address.replace(SCHEME, "").replace(/^([\w-]+)(\.[\w.-]+)?(:\d+)?(?=\/|$)/, "$1");
}

/** Of an address that is computed, the part that is written in it: `… /orders`. */
function computed(address: string): string {
  const written = [...address.matchAll(/"([^"]+)"|'([^']+)'/g)].map((each) => each[1] ?? each[2] ?? "");
  const path = written.find((each) => each.startsWith("/"));
  return path ? `… ${path}` : address.replace(/^\$\{\s*|\s*\}$/g, "");
}

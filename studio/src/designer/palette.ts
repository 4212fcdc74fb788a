/** What can be inserted: a kind of task, in words, with a body to begin with. */
import type { IconName } from "../ui/Icon";

export interface Choice {
  readonly icon: IconName;
  readonly title: string;
  readonly told: string;
  readonly name: string;
  readonly body: unknown;
}

export const PALETTE: readonly Choice[] = [
  {
    icon: "call",
    title: "Call a service",
    told: "HTTP request",
    name: "callService",
    body: { call: "http", with: { method: "post", endpoint: "https://service.example.com/things" } },
  },
  {
    icon: "call",
    title: "Call an operation",
    told: "from an OpenAPI document",
    name: "callOperation",
    body: {
      call: "openapi",
      with: { document: { endpoint: "https://service.example.com/openapi.json" }, operationId: "operation" },
    },
  },
  {
    icon: "set",
    title: "Set data",
    told: "compute what flows on",
    name: "setData",
    body: { set: { value: "${ . }" } },
  },
  {
    icon: "switch",
    title: "Decide",
    told: "go different ways",
    name: "decide",
    body: { switch: [{ yes: { when: ".value == true", then: "continue" } }, { otherwise: { then: "end" } }] },
  },
  {
    icon: "fork",
    title: "In parallel",
    told: "branches side by side",
    name: "inParallel",
    body: { fork: { branches: [{ first: { set: { first: true } } }, { second: { set: { second: true } } }] } },
  },
  {
    icon: "for",
    title: "For each",
    told: "once for every item",
    name: "forEach",
    body: { for: { each: "item", in: ".items" }, do: [{ handleItem: { set: "${ $item }" } }] },
  },
  {
    icon: "try",
    title: "Try",
    told: "handle an error, or retry",
    name: "attempt",
    body: {
      try: [{ risky: { call: "http", with: { method: "get", endpoint: "https://service.example.com/things" } } }],
      catch: { do: [{ handleError: { set: { failed: true } } }] },
    },
  },
  { icon: "wait", title: "Wait", told: "for a time", name: "pause", body: { wait: { seconds: 30 } } },
  {
    icon: "listen",
    title: "Listen",
    told: "for an event",
    name: "hear",
    body: { listen: { to: { one: { with: { type: "com.example.happened.v1" } } } } },
  },
  {
    icon: "emit",
    title: "Emit",
    told: "tell of an event",
    name: "tell",
    body: { emit: { event: { with: { source: "https://example.com", type: "com.example.happened.v1" } } } },
  },
  {
    icon: "run",
    title: "Run a workflow",
    told: "and wait for it",
    name: "runWorkflow",
    body: { run: { workflow: { namespace: "default", name: "other", version: "latest" } } },
  },
  {
    icon: "raise",
    title: "Raise an error",
    told: "fail on purpose",
    name: "giveUp",
    body: { raise: { error: { type: "https://example.com/errors/refused", status: 400, title: "Refused" } } },
  },
];

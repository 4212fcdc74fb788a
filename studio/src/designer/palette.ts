/** What can be inserted: a kind of task, in words, with a body to begin with. */
import type { IconName } from "../ui/Icon";

export interface Choice {
  readonly icon: IconName;
  readonly group: string;
  readonly title: string;
  readonly told: string;
  /** Other words by which it is looked for. */
  readonly words: string;
  readonly name: string;
  readonly body: unknown;
}

export const PALETTE: readonly Choice[] = [
  {
    icon: "call",
    group: "Do something",
    title: "Call a service",
    told: "Ask another system to do something, over HTTP",
    words: "http request rest api",
    name: "callService",
    body: { call: "http", with: { method: "post", endpoint: "https://service.example.com/things" } },
  },
  {
    icon: "call",
    group: "Do something",
    title: "Call an operation",
    told: "Pick what to ask for from a service's OpenAPI description",
    words: "openapi swagger api",
    name: "callOperation",
    body: {
      call: "openapi",
      with: { document: { endpoint: "https://service.example.com/openapi.json" }, operationId: "operation" },
    },
  },
  {
    icon: "call",
    group: "Do something",
    title: "Call a function",
    told: "One of this workflow, or of the server",
    words: "python code use",
    name: "callFunction",
    body: { call: "function", with: { argument: "${ . }" } },
  },
  {
    icon: "run",
    group: "Do something",
    title: "Run a program",
    told: "A script, a command or a container",
    words: "script shell container python",
    name: "runScript",
    body: { run: { script: { language: "python", code: "print('hello')" } } },
  },
  {
    icon: "run",
    group: "Do something",
    title: "Run a workflow",
    told: "Start another workflow and go on when it has ended",
    words: "sub child script shell",
    name: "runWorkflow",
    body: { run: { workflow: { namespace: "default", name: "other", version: "latest" } } },
  },
  {
    icon: "set",
    group: "Work with data",
    title: "Set data",
    told: "Put together what the next steps get",
    words: "compute transform variable",
    name: "setData",
    body: { set: { value: "${ . }" } },
  },
  {
    icon: "switch",
    group: "Choose and repeat",
    title: "Decide",
    told: "Go different ways, depending on the data",
    words: "switch if condition case branch",
    name: "decide",
    body: { switch: [{ yes: { when: ".value == true", then: "continue" } }, { otherwise: { then: "end" } }] },
  },
  {
    icon: "fork",
    group: "Choose and repeat",
    title: "In parallel",
    told: "Do several things at the same time",
    words: "fork branches concurrently",
    name: "inParallel",
    body: { fork: { branches: [{ first: { set: { first: true } } }, { second: { set: { second: true } } }] } },
  },
  {
    icon: "for",
    group: "Choose and repeat",
    title: "For each",
    told: "Do the same steps once for every item of a list",
    words: "loop repeat iterate",
    name: "forEach",
    body: { for: { each: "item", in: ".items" }, do: [{ handleItem: { set: "${ $item }" } }] },
  },
  {
    icon: "do",
    group: "Choose and repeat",
    title: "Group",
    told: "Put several steps together, to undo or repeat them as one",
    words: "do sequence block nested",
    name: "together",
    body: { do: [{ first: { set: { first: true } } }] },
  },
  {
    icon: "wait",
    group: "Time and events",
    title: "Wait",
    told: "Pause for a time",
    words: "sleep delay timer",
    name: "pause",
    body: { wait: { seconds: 30 } },
  },
  {
    icon: "listen",
    group: "Time and events",
    title: "Listen",
    told: "Wait until something happens elsewhere",
    words: "event receive subscribe",
    name: "hear",
    body: { listen: { to: { one: { with: { type: "com.example.happened.v1" } } } } },
  },
  {
    icon: "emit",
    group: "Time and events",
    title: "Emit",
    told: "Tell others that something has happened",
    words: "event send publish",
    name: "tell",
    body: { emit: { event: { with: { source: "https://example.com", type: "com.example.happened.v1" } } } },
  },
  {
    icon: "try",
    group: "When something goes wrong",
    title: "Try",
    told: "Handle an error, or try again",
    words: "catch retry error",
    name: "attempt",
    body: {
      try: [{ risky: { call: "http", with: { method: "get", endpoint: "https://service.example.com/things" } } }],
      catch: { do: [{ handleError: { set: { failed: true } } }] },
    },
  },
  {
    icon: "raise",
    group: "When something goes wrong",
    title: "Raise an error",
    told: "Stop here on purpose; what was done is undone",
    words: "fail throw",
    name: "giveUp",
    body: { raise: { error: { type: "https://example.com/errors/refused", status: 400, title: "Refused" } } },
  },
];

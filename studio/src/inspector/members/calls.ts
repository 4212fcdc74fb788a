/** Calls: the members of `with`, by what is called. */
import { has, isPlain, type Member, options, type Plain, type Shape, type Variant } from "../fields";
import { EACH_EVENT } from "./events";
import {
  AUTHENTICATION_OR_NAME,
  CONTENT,
  DURATION,
  ENDPOINT,
  ENTRIES,
  EXPRESSION,
  resource,
  texts,
  values,
} from "./shared";

const within = (members: readonly Member[]): Member[] => members.map((each) => ({ ...each, at: ["with", ...each.at] }));

const OUTPUT: Member = {
  at: ["output"],
  label: "What the step gives",
  kind: "choice",
  options: options(
    ["content", "the content of the answer"],
    ["response", "the whole answer, with status and headers"],
    ["raw", "the content as it came (base64)"],
  ),
};
const REDIRECT: Member = {
  at: ["redirect"],
  label: "Redirects",
  help: "whether an answer that redirects counts as a success",
  kind: "flag",
  words: ["count as a success", "are an error"],
};

const HTTP = within([
  {
    at: ["method"],
    label: "Method",
    required: true,
    initial: "post",
    kind: "choice",
    options: options("get", "post", "put", "patch", "delete", "head", "options"),
  },
  { at: ["endpoint"], label: "Address", required: true, initial: "https://service.example.com/things", ...ENDPOINT },
  { at: ["headers"], label: "Headers", initial: { "X-Name": "value" }, ...texts("header") },
  { at: ["query"], label: "Query", ...texts("parameter") },
  { at: ["body"], label: "Body", ...CONTENT },
  OUTPUT,
  REDIRECT,
]);

const OPENAPI = within([
  {
    at: ["document"],
    label: "OpenAPI document",
    required: true,
    ...resource("https://service.example.com/openapi.json"),
  },
  { at: ["operationId"], label: "Operation", required: true, initial: "operation", kind: "text", code: true },
  { at: ["parameters"], label: "Parameters", ...ENTRIES("parameter") },
  { at: ["authentication"], label: "Authentication", ...AUTHENTICATION_OR_NAME },
  OUTPUT,
  REDIRECT,
]);

const GRPC = within([
  {
    at: ["proto"],
    label: "Description (proto)",
    required: true,
    ...resource("https://service.example.com/service.proto"),
  },
  { at: ["service", "name"], label: "Service", required: true, initial: "Greeter", kind: "text", code: true },
  { at: ["service", "host"], label: "Host", required: true, initial: "service.example.com", kind: "text", code: true },
  { at: ["service", "port"], label: "Port", kind: "number", minimum: 0, maximum: 65_535, initial: 50_051 },
  { at: ["service", "authentication"], label: "Authentication", ...AUTHENTICATION_OR_NAME },
  { at: ["method"], label: "Method", required: true, initial: "Call", kind: "text", code: true },
  { at: ["arguments"], label: "Arguments", ...ENTRIES("argument") },
]);

const CONSUME: Shape = {
  kind: "variants",
  variants: [
    {
      label: "A number of messages",
      fits: has("amount"),
      begin: () => ({ amount: 1 }),
      shape: {
        kind: "group",
        members: [{ at: ["amount"], label: "Messages", required: true, initial: 1, kind: "number", minimum: 1 }],
      },
    },
    {
      label: "While a condition holds",
      fits: has("while"),
      begin: () => ({ while: "${ true }" }),
      shape: {
        kind: "group",
        members: [{ at: ["while"], label: "While", required: true, initial: "${ true }", ...EXPRESSION }],
      },
    },
    {
      label: "Until a condition holds",
      fits: has("until"),
      begin: () => ({ until: "${ false }" }),
      shape: {
        kind: "group",
        members: [{ at: ["until"], label: "Until", required: true, initial: "${ false }", ...EXPRESSION }],
      },
    },
  ],
};

const SENDS: readonly Member[] = [
  { at: ["payload"], label: "Content", ...ENTRIES("field") },
  { at: ["headers"], label: "Headers", ...ENTRIES("header") },
];
const RECEIVES: readonly Member[] = [
  { at: ["consume"], label: "How many messages", required: true, ...CONSUME },
  { at: ["consume", "for"], label: "For at most", ...DURATION },
  { at: ["filter"], label: "Only messages that", initial: "${ true }", ...EXPRESSION },
  { at: ["foreach"], label: "For each message", initial: { item: "message" }, kind: "group", members: EACH_EVENT },
];

const DOCUMENT: Member = {
  at: ["document"],
  label: "AsyncAPI document",
  required: true,
  ...resource("https://service.example.com/asyncapi.json"),
};
const WHERE: Readonly<Record<string, Member>> = {
  operation: { at: ["operation"], label: "Operation", required: true, kind: "text", code: true, example: "operation" },
  channel: { at: ["channel"], label: "Channel", required: true, kind: "text", code: true, example: "channel" },
};
const WHAT: Readonly<Record<string, Member>> = {
  message: { at: ["message"], label: "Message to send", required: true, kind: "group", members: SENDS },
  subscription: {
    at: ["subscription"],
    label: "Messages to receive",
    required: true,
    kind: "group",
    members: RECEIVES,
  },
};
const BEGUN: Readonly<Record<string, unknown>> = {
  operation: "operation",
  channel: "channel",
  message: { payload: { field: "value" } },
  subscription: { consume: { amount: 1 } },
};
const FURTHER: readonly Member[] = [
  {
    at: ["server"],
    label: "Server",
    kind: "group",
    members: [
      { at: ["name"], label: "Name", required: true, initial: "production", kind: "text", code: true },
      { at: ["variables"], label: "Variables", ...ENTRIES("variable") },
    ],
  },
  {
    at: ["protocol"],
    label: "Protocol",
    kind: "choice",
    options: options(
      "http",
      "kafka",
      "mqtt",
      "mqtt5",
      "amqp",
      "amqp1",
      "anypointmq",
      "googlepubsub",
      "ibmmq",
      "jms",
      "mercure",
      "nats",
      "pulsar",
      "redis",
      "sns",
      "solace",
      "sqs",
      "stomp",
      "ws",
    ),
  },
  { at: ["authentication"], label: "Authentication", ...AUTHENTICATION_OR_NAME },
];

/** One of `operation` and `channel`, and one of `message` and `subscription`. */
function exchange(label: string, where: "operation" | "channel", what: "message" | "subscription"): Variant {
  return {
    label,
    fits: (value) => has(where)(value) && has(what)(value),
    begin: (_, before) => {
      const kept: Plain = isPlain(before) ? { ...before } : {};
      const document = kept.document ?? { endpoint: "https://service.example.com/asyncapi.json" };
      const told = { [where]: kept[where] ?? BEGUN[where], [what]: kept[what] ?? BEGUN[what] };
      for (const key of Object.keys(BEGUN)) delete kept[key];
      return { document, ...told, ...kept };
    },
    shape: { kind: "group", members: [DOCUMENT, WHERE[where] as Member, WHAT[what] as Member, ...FURTHER] },
  };
}

const ASYNCAPI: readonly Member[] = [
  {
    at: ["with"],
    label: "Arguments",
    required: true,
    inline: true,
    kind: "variants",
    variants: [
      exchange("Send a message by an operation", "operation", "message"),
      exchange("Receive messages by an operation", "operation", "subscription"),
      exchange("Send a message on a channel (AsyncAPI 2)", "channel", "message"),
      exchange("Receive messages on a channel (AsyncAPI 2)", "channel", "subscription"),
    ],
  },
];

const MCP = within([
  {
    at: ["method"],
    label: "What is asked",
    required: true,
    initial: "tools/call",
    kind: "choice",
    options: options(
      ["tools/call", "call a tool"],
      ["tools/list", "list the tools"],
      ["prompts/get", "get a prompt"],
      ["prompts/list", "list the prompts"],
      ["resources/read", "read a resource"],
      ["resources/list", "list the resources"],
      ["resources/templates/list", "list the templates of resources"],
    ),
  },
  { at: ["parameters"], label: "Parameters", ...values("parameter") },
  {
    at: ["transport"],
    label: "Where the server is",
    required: true,
    kind: "variants",
    variants: [
      {
        label: "At an address",
        fits: has("http"),
        begin: () => ({ http: { endpoint: "https://mcp.example.com" } }),
        shape: {
          kind: "group",
          members: [
            { at: ["http", "endpoint"], label: "Address", required: true, ...ENDPOINT },
            {
              at: ["http", "headers"],
              label: "Headers",
              kind: "map",
              values: EXPRESSION,
              noun: "header",
              each: "value",
            },
            { at: ["options"], label: "Options", kind: "map", values: EXPRESSION, noun: "option", each: "value" },
          ],
        },
      },
      {
        label: "A program on the server",
        fits: has("stdio"),
        begin: () => ({ stdio: { command: "mcp-server" } }),
        shape: {
          kind: "group",
          members: [
            { at: ["stdio", "command"], label: "Command", required: true, ...EXPRESSION },
            {
              at: ["stdio", "arguments"],
              label: "Arguments",
              kind: "list",
              items: EXPRESSION,
              noun: "argument",
              each: "value",
            },
            {
              at: ["stdio", "environment"],
              label: "Environment",
              kind: "map",
              values: EXPRESSION,
              noun: "VARIABLE",
              each: "value",
            },
            { at: ["options"], label: "Options", kind: "map", values: EXPRESSION, noun: "option", each: "value" },
          ],
        },
      },
    ],
  },
  { at: ["timeout"], label: "Timeout of the call", ...DURATION },
  { at: ["protocolVersion"], label: "Version of the protocol", kind: "text", code: true, example: "2025-06-18" },
  {
    at: ["client"],
    label: "How we introduce ourselves",
    kind: "group",
    members: [
      { at: ["name"], label: "Name", required: true, initial: "counterpoint", kind: "text" },
      { at: ["version"], label: "Version", required: true, initial: "1.0.0", kind: "text" },
    ],
  },
]);

const A2A = within([
  {
    at: ["method"],
    label: "What is asked",
    required: true,
    initial: "message/send",
    kind: "choice",
    options: options(
      "message/send",
      "message/stream",
      "tasks/get",
      "tasks/list",
      "tasks/cancel",
      "tasks/resubscribe",
      "tasks/pushNotificationConfig/set",
      "tasks/pushNotificationConfig/get",
      "tasks/pushNotificationConfig/list",
      "tasks/pushNotificationConfig/delete",
      "agent/getAuthenticatedExtendedCard",
    ),
  },
  {
    at: ["agentCard"],
    label: "Card of the agent",
    ...resource("https://agent.example.com/.well-known/agent-card.json"),
  },
  { at: ["server"], label: "Address of the agent", initial: "https://agent.example.com", ...ENDPOINT },
  { at: ["parameters"], label: "Parameters", ...values("parameter") },
]);

const FUNCTION: readonly Member[] = [
  {
    at: ["call"],
    label: "Function",
    help: "of this workflow, or one that the server was given",
    required: true,
    kind: "text",
    code: true,
    named: "functions",
  },
  { at: ["with"], label: "Arguments", initial: { argument: "${ . }" }, ...ENTRIES("argument") },
];

export const CALLS: Readonly<Record<string, readonly Member[]>> = {
  http: HTTP,
  openapi: OPENAPI,
  grpc: GRPC,
  asyncapi: ASYNCAPI,
  mcp: MCP,
  a2a: A2A,
};

export const callMembers = (task: unknown): readonly Member[] =>
  (isPlain(task) && typeof task.call === "string" ? CALLS[task.call] : undefined) ?? FUNCTION;

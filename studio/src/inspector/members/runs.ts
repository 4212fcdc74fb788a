/** What a step runs: another workflow, a script, a command, a container. */
import { has, isPlain, type Member, options, type Shape, type Variant } from "../fields";
import { DURATION, ENTRIES, EXPRESSION, resource } from "./shared";

const PROCESS: readonly Member[] = [
  { at: ["arguments"], label: "Arguments", kind: "list", items: EXPRESSION, noun: "argument", each: "value" },
  { at: ["environment"], label: "Environment", ...ENTRIES("VARIABLE") },
  { at: ["stdin"], label: "Standard input", ...EXPRESSION },
];

const SCRIPT: Shape = {
  kind: "variants",
  variants: [
    {
      label: "Written here",
      fits: has("code"),
      begin: (_, before) => ({ ...kept(before), code: "print('hello')" }),
      shape: {
        kind: "group",
        members: [
          {
            at: ["language"],
            label: "Language",
            required: true,
            initial: "python",
            kind: "choice",
            options: options("python", "javascript"),
          },
          { at: ["code"], label: "Code", required: true, kind: "text", code: true, long: true },
          ...PROCESS,
        ],
      },
    },
    {
      label: "From an address",
      fits: has("source"),
      begin: (_, before) => ({ ...kept(before), source: { endpoint: "https://example.com/script.py" } }),
      shape: {
        kind: "group",
        members: [
          {
            at: ["language"],
            label: "Language",
            required: true,
            initial: "python",
            kind: "choice",
            options: options("python", "javascript"),
          },
          { at: ["source"], label: "Script", required: true, ...resource("https://example.com/script.py") },
          ...PROCESS,
        ],
      },
    },
  ],
};

function kept(before: unknown): Record<string, unknown> {
  const { code: _code, source: _source, ...rest } = isPlain(before) ? before : {};
  return { language: "python", ...rest };
}

const CONTAINER: Shape = {
  kind: "group",
  members: [
    { at: ["image"], label: "Image", required: true, initial: "alpine:3", kind: "text", code: true },
    { at: ["command"], label: "Command", ...EXPRESSION, initial: "true" },
    ...PROCESS,
    { at: ["name"], label: "Name of the container", ...EXPRESSION, initial: "worker" },
    { at: ["ports"], label: "Ports", ...ENTRIES("8080", 80) },
    { at: ["volumes"], label: "Volumes", ...ENTRIES("volume", "/data") },
    {
      at: ["lifetime"],
      label: "When it is removed",
      kind: "variants",
      variants: [
        cleanup("always", "As soon as it ends"),
        cleanup("never", "Never"),
        {
          label: "After a time",
          fits: (value) => isPlain(value) && value.cleanup === "eventually",
          begin: () => ({ cleanup: "eventually", after: { minutes: 30 } }),
          shape: { kind: "group", members: [{ at: ["after"], label: "After", required: true, ...DURATION }] },
        },
      ],
    },
    {
      at: ["pullPolicy"],
      label: "When the image is fetched",
      kind: "choice",
      options: options(["ifNotPresent", "if it is not there"], ["always", "always"], ["never", "never"]),
    },
  ],
};

function cleanup(value: string, label: string): Variant {
  return {
    label,
    fits: (given) => isPlain(given) && given.cleanup === value,
    begin: () => ({ cleanup: value }),
    shape: { kind: "group", members: [] },
  };
}

const WORKFLOW: Shape = {
  kind: "group",
  members: [
    { at: ["namespace"], label: "Namespace", required: true, initial: "default", kind: "text", code: true },
    { at: ["name"], label: "Name", required: true, initial: "other", kind: "text", code: true },
    {
      at: ["version"],
      label: "Version",
      help: "a version, or latest",
      required: true,
      initial: "latest",
      kind: "text",
      code: true,
    },
    { at: ["input"], label: "Input", ...ENTRIES("field", "${ . }") },
  ],
};

const FORMS: readonly (readonly [key: string, label: string, begun: unknown, shape: Shape])[] = [
  ["workflow", "Another workflow", { namespace: "default", name: "other", version: "latest" }, WORKFLOW],
  ["script", "A script", { language: "python", code: "print('hello')" }, SCRIPT],
  [
    "shell",
    "A command",
    { command: "echo hello" },
    { kind: "group", members: [{ at: ["command"], label: "Command", required: true, ...EXPRESSION }, ...PROCESS] },
  ],
  ["container", "A container", { image: "alpine:3" }, CONTAINER],
];

const KEPT = ["await", "return"];

const FORM: Shape = {
  kind: "variants",
  variants: FORMS.map(([key, label, begun, shape]) => ({
    label,
    fits: has(key),
    begin: (_, before) => ({
      ...Object.fromEntries(Object.entries(isPlain(before) ? before : {}).filter(([name]) => KEPT.includes(name))),
      [key]: begun,
    }),
    shape: { kind: "group", members: [{ at: [key], label, required: true, inline: true, ...shape }] },
  })),
};

export const RUN: readonly Member[] = [
  { at: ["run"], label: "What is run", required: true, ...FORM },
  { at: ["run", "await"], label: "Waiting", kind: "flag", words: ["goes on when it has ended", "goes on at once"] },
  {
    at: ["run", "return"],
    label: "What the step gives",
    kind: "choice",
    options: options(
      ["stdout", "what it prints"],
      ["stderr", "what it prints as errors"],
      ["code", "its exit code"],
      ["all", "all of these"],
      ["none", "nothing"],
    ),
  },
];

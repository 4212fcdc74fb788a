/** What a value must be, in words, and what a text that is typed does not look like. The server alone judges it. */
import type { Plain } from "./json";

export type Format = "date" | "date-time" | "time" | "email" | "uri";

export const FORMATS: readonly Format[] = ["date", "date-time", "time", "email", "uri"];

/** What a number must be: `at least 1, at most 9`. */
export function bounds({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
  multipleOf,
}: Plain): string | undefined {
  return told([
    ["at least", minimum],
    ["more than", exclusiveMinimum],
    ["at most", maximum],
    ["less than", exclusiveMaximum],
    ["a multiple of", multipleOf],
  ]);
}

export function lengths({ minLength, maxLength }: Plain): string | undefined {
  const found = told([
    ["at least", minLength],
    ["at most", maxLength],
  ]);
  return found && `${found} ${/ 1$/.test(found) ? "character" : "characters"}`;
}

function told(parts: readonly (readonly [string, unknown])[]): string | undefined {
  const said = parts.flatMap(([word, value]) => (typeof value === "number" ? [`${word} ${value}`] : []));
  return said.length ? said.join(", ") : undefined;
}

/**
 * What a text does not look like, if anything. It is no fault: formats are annotations, which the server does not assert,
 * and of patterns it has the last word.
 */
export function doubt(text: string, format: Format | undefined, pattern: string | undefined): string | undefined {
  if (text === "") return undefined;
  const wrong = format && LOOKS[format];
  if (wrong && !wrong.test(text)) return wrong.told;
  const expected = pattern === undefined ? undefined : expression(pattern);
  return expected && !expected.test(text) ? `this does not match ${pattern}` : undefined;
}

interface Look {
  readonly told: string;
  readonly test: (text: string) => boolean;
}

const LOOKS: Readonly<Partial<Record<Format, Look>>> = {
  date: { told: "this does not look like a date: 2031-12-24", test: (text) => /^\d{4}-\d\d-\d\d$/.test(text) },
  "date-time": {
    told: "this does not look like a moment: 2031-12-24T18:00:00Z",
    test: (text) => /^\d{4}-\d\d-\d\dT.+(Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text)),
  },
  email: {
    told: "this does not look like an e-mail address",
    test: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  },
  uri: {
    told: "this does not look like an address: https://example.com",
    test: (text) => /^[a-z][a-z\d+.-]*:\S+$/i.test(text),
  },
};

/** As the browser understands it; `undefined` for what it cannot read. */
export function expression(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return undefined;
  }
}

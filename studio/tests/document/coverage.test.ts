/** The studio and the server count alike: both are tested against the same documents. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse as load } from "yaml";
import { coverage } from "../../src/document/coverage";
import { NOTHING, type Reading, readingOf } from "../../src/document/effects";
import { parse } from "../../src/document/parse";
import { EXAMPLES } from "../examples";

interface Case {
  readonly told: string;
  readonly use?: string;
  /** Documents of services that are at hand, by their addresses. */
  readonly documents?: Readonly<Record<string, Service>>;
  readonly tasks: string;
  readonly effectful: number;
  readonly uncovered: readonly string[];
}

interface Service {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

const readingIn = (documents: Readonly<Record<string, Service>>): Reading =>
  new Map(Object.entries(documents).map(([uri, { paths }]) => [uri, readingOf(operationsOf(paths))]));

const operationsOf = (paths: Service["paths"]): { operationId: string; method: string }[] =>
  Object.values(paths).flatMap((item) =>
    Object.entries(item).map(([method, { operationId }]) => ({ operationId, method })),
  );

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");
const CASES = load(read("coverage.yaml")) as readonly Case[];
/** By the name of an example: how many tasks change something, and the pointers of those that nothing undoes. */
const FIGURES = JSON.parse(read("coverage.examples.json")) as Record<string, [number, readonly string[]]>;

describe("each task counts as the server counts it", () => {
  for (const { told, use, documents, tasks, effectful, uncovered } of CASES) {
    it(told, () => {
      const known = { ...NOTHING, reading: readingIn(documents ?? {}) };
      const found = coverage(parse(`${use ? `use: ${use}\n` : ""}do:\n${tasks}`), known);
      expect(found.missing.map(({ name }) => name)).toEqual(uncovered);
      expect([found.undoable, found.effectful]).toEqual([effectful - uncovered.length, effectful]);
    });
  }
});

it("what a document excuses is what the server, which does not have it, asks an undo for", () => {
  const [list, , functions] = CASES.filter(({ documents }) => documents);
  const excused = ({ use, documents, tasks }: Case): string[] => {
    const model = parse(`${use ? `use: ${use}\n` : ""}do:\n${tasks}`);
    return [...coverage(model, { ...NOTHING, reading: readingIn(documents ?? {}) }).excused];
  };
  expect(excused(list as Case)).toEqual(["/do/0/list", "/do/1/look", "/do/2/ask"]);
  expect(excused(functions as Case)).toEqual(["/do/0/all"]);
  for (const each of CASES.filter(({ documents }) => !documents)) expect(excused(each), each.told).toEqual([]);
});

it("every example counts as the server counts it", () => {
  for (const { name, text } of EXAMPLES) {
    const found = coverage(parse(text));
    const [effectful, uncovered] = FIGURES[name] ?? [];
    expect([found.effectful, found.missing.map(({ id }) => id).sort()], name).toEqual([effectful, uncovered]);
  }
});

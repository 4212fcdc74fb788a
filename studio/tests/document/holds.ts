/** What holds of every edit: the text stays YAML, it says what was meant, and no other line changes. */
import { expect } from "vitest";
import { parse as load } from "yaml";
import { parse } from "../../src/document/parse";
import { applyEdit, type Edit } from "../../src/document/splice";
import type { Path } from "../../src/document/task";
import type { Example } from "../examples";

export type Plain = Record<string, unknown>;
export interface Change {
  readonly edit: Edit;
  /** What the document says then. */
  readonly meant: (data: Plain) => void;
}

export const at = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Plain)[key as string], data);

/** The lines that the splices of an edit do not touch, in order. */
export function untouched(text: string, edit: Edit): string[] {
  const kept: string[] = [];
  let from = 0;
  for (const line of text.split("\n")) {
    const to = from + line.length;
    if (!edit.some((each) => each.from <= to && each.to >= from)) kept.push(line);
    from = to + 1;
  }
  return kept;
}

export const isSubsequence = (some: readonly string[], all: readonly string[]): boolean => {
  let index = 0;
  for (const line of all) if (index < some.length && line === some[index]) index += 1;
  return index === some.length;
};

export function holds(example: Example, change: Change, told: string): void {
  const { text } = example;
  const edited = applyEdit(text, change.edit);
  const after = parse(edited);
  expect(after.faults, `${told}\n${edited}`).toEqual([]);
  const meant = load(text) as Plain;
  change.meant(meant);
  expect(load(edited), `${told}\n${edited}`).toEqual(meant);
  if (parse(text).json) expect(JSON.parse(edited), told).toEqual(meant);
  expect(isSubsequence(untouched(text, change.edit), edited.split("\n")), told).toBe(true);
}

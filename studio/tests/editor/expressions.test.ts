import { expect, it } from "vitest";
import { parse } from "../../src/document/parse";
import { leftOpen, openedAt, stepAt } from "../../src/editor/expressions";

const TEXT = `document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }
do:
- one:
    if: \${ .first }
    call: charge
    with: { order: '\${ .order | { id: .id } }', text: '\${ .text }' }
    output:
      as: \${ .given }
- two:
    try:
    - inner:
        set:
          a: \${ .deep }
    catch:
      when: \${ .status }
`;

const after = (words: string): number => TEXT.indexOf(words) + words.length;

it("an expression is open between its braces, and those that it holds are its own", () => {
  for (const words of ["${ .fir", "${ .order | { id: .i", "${ .order | { id: .id } ", "'${ .te"]) {
    expect(openedAt(TEXT, after(words)), words).toBeDefined();
  }
  for (const words of ["if:", "if: $", "${ .first }", "{ id: .id } }", "${ .text }'", "call: cha"]) {
    expect(openedAt(TEXT, after(words)), words).toBeUndefined();
  }
});

it("where it is not closed yet it ends with its line", () => {
  const text = TEXT.replace("${ .first }", "${ .fi");
  const opened = openedAt(text, text.indexOf(".fi") + 3);
  expect(opened && text.slice(opened.from, opened.to)).toBe("${ .fi");
  expect(opened && leftOpen(text, opened, "condition")).toBe(TEXT.replace("${ .first }", "${ true }"));
});

it("where it is not closed yet it ends with its quotes", () => {
  const text = TEXT.replace("'${ .text }'", "'${ .te'");
  const opened = openedAt(text, text.indexOf(".te'") + 3);
  expect(opened && leftOpen(text, opened, "argument")).toBe(TEXT.replace("${ .text }", "${ . }"));
});

it("its step and its place in it say what it sees", () => {
  const told = (words: string): string => {
    const found = stepAt(parse(TEXT), TEXT, after(words));
    return `${found?.task.name} ${found?.place}`;
  };
  expect(told("${ .first")).toBe("one condition");
  expect(told("${ .order")).toBe("one argument");
  expect(told("${ .given")).toBe("one output");
  expect(told("${ .deep")).toBe("inner argument");
  expect(told("${ .status")).toBe("two error");
});

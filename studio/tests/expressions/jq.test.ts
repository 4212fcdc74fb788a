/** Colours of jq. */
import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";
import { expect, test } from "vitest";
import { jq } from "../../src/expressions/jq";

const NAMES = tagHighlighter([
  { tag: tags.string, class: "string" },
  { tag: tags.propertyName, class: "field" },
  { tag: tags.variableName, class: "variable" },
  { tag: tags.number, class: "number" },
  { tag: tags.keyword, class: "keyword" },
]);

function coloured(text: string): [string, string][] {
  const found: [string, string][] = [];
  highlightTree(jq.parser.parse(text), NAMES, (from, to, name) => found.push([text.slice(from, to), name]));
  return found;
}

test("fields, variables, numbers and keywords", () => {
  expect(coloured("${ if .order then $input.id else 1.5 end }")).toEqual([
    ["if", "keyword"],
    [".order", "field"],
    ["then", "keyword"],
    ["$input", "variable"],
    [".id", "field"],
    ["else", "keyword"],
    ["1.5", "number"],
    ["end", "keyword"],
  ]);
});

test("an interpolation in a string is no string, with brackets of its own", () => {
  const found = coloured('"a \\(.b | (. + 1)) c" | .d');
  expect(found.filter(([, name]) => name === "field").map(([text]) => text)).toEqual([".b", ".", ".d"]);
  expect(found.some(([text, name]) => name === "string" && text.includes("c"))).toBe(true);
});

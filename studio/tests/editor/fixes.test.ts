/** Offered mends: each is one edit that leaves all other lines as they are. */
import { expect, test } from "vitest";
import type { Diagnostic } from "../../src/api/http";
import { parse } from "../../src/document/parse";
import { applyEdit } from "../../src/document/splice";
import { fixesOf } from "../../src/editor/fixes";

const HEAD = "# stays\ndocument: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' } # stays\n";

function mended(lines: string, diagnostic: Partial<Diagnostic>, choice = 0): string | undefined {
  const text = HEAD + lines;
  const found = fixesOf(
    { severity: "error", code: "", message: "", line: 1, column: 1, pointer: "", ...diagnostic },
    parse(text),
  );
  const edit = found[choice]?.edit;
  const after = edit && applyEdit(text, edit);
  expect(after?.startsWith(HEAD) ?? true).toBe(true);
  return after?.slice(HEAD.length);
}

test("a misspelt member, value, function and path", () => {
  const line = "do:\n- get: { call: http, with: { headrs: {} } }\n";
  const member = {
    code: "CP103",
    message: "unknown member `headrs`",
    hint: "did you mean `headers`?",
    line: 4,
    column: 30,
  };
  expect(mended(line, member)).toBe(line.replace("headrs", "headers"));
  const expression = "do:\n- a:\n    set: { x: '${ .a | lenght }' } # c\n";
  const told = "the expression does not compile: unknown function lenght at column 6; did you mean length?";
  expect(mended(expression, { code: "CP320", message: told, line: 5, column: 15 })).toBe(
    expression.replace("lenght", "length"),
  );
  const path = "do:\n- b: { set: { x: '${ .toal }' } }\n";
  const step = {
    code: "CP330",
    message: "`.toal` cannot exist: `.` is an object",
    hint: "did you mean `total`?",
    line: 4,
  };
  expect(mended(path, { ...step, column: 22 })).toBe(path.replace(".toal", ".total"));
});

test("a missing undo: added, or said not to be needed", () => {
  const lines = "do:\n- put: # c\n    call: http\n    with: { method: put, endpoint: 'http://a' }\n";
  const diagnostic: Partial<Diagnostic> = {
    code: "CP210",
    severity: "warning",
    pointer: "/do/0/put",
    line: 4,
    column: 3,
  };
  expect(mended(lines, diagnostic)).toContain("    compensate:\n      do:\n      - undoPut:\n");
  expect(mended(lines, diagnostic, 1)).toBe(`${lines}    compensate:\n      none: it changes nothing\n`);
});

test("a missing member", () => {
  const lines = "do:\n- get:\n    call: http\n    with:\n      method: get # c\n";
  const diagnostic = { code: "CP102", message: "the member `endpoint` is missing", pointer: "/do/0/get/with", line: 6 };
  expect(mended(lines, diagnostic)).toBe(`${lines}      endpoint: https://service.example.com/things\n`);
});

test("a step without a dash of its own", () => {
  const lines = "do:\n- first:\n    set: { a: 1 }\n  second:\n    set: { b: 1 }\n";
  const message = "holds 2 members (`first` or `second`), and must hold one task";
  expect(mended(lines, { code: "CP106", message, pointer: "/do/0/second", line: 6, column: 3 })).toBe(
    lines.replace("  second", "- second"),
  );
});

test("a member of the step that has slipped in too far", () => {
  const lines = "do:\n- a:\n    call: http\n    with:\n      method: get\n      # why\n      then: end\n- b: {}\n";
  const diagnostic = {
    code: "CP103",
    message: "unknown member `then`",
    pointer: "/do/0/a/with/then",
    line: 9,
    column: 7,
  };
  expect(mended(lines, diagnostic)).toBe(lines.replace("      # why\n      then: end", "    # why\n    then: end"));
});

test("nothing is offered where nothing is certain, or the text is broken", () => {
  const lines = "do:\n- get: { call: http }\n";
  expect(
    mended(lines, { code: "CP103", message: "unknown member `xyz`", hint: "known here: `a`", line: 4 }),
  ).toBeUndefined();
  expect(mended("do: {", { code: "CP102", message: "the member `do` is missing", line: 3 })).toBeUndefined();
});

/** What picking an operation makes of the text: one `with`, however little of it is there. */
import { expect, test } from "vitest";
import { parse as load } from "yaml";
import type { ServiceOperation } from "../../src/api/services";
import { parse } from "../../src/document/parse";
import { applyEdit } from "../../src/document/splice";
import type { Task } from "../../src/document/task";
import { called } from "../../src/operations/calling";

const READ: ServiceOperation = {
  operationId: "read",
  method: "get",
  path: "/a/{id}",
  summary: null,
  undoneBy: null,
  arguments: [{ name: "id", place: "path", required: true, schema: {}, description: null }],
};
const URI = "https://a/openapi.json";

const picked = (step: string, operation: ServiceOperation = READ, uri: string | undefined = URI): string => {
  const model = parse(`do:\n${step}`);
  return applyEdit(model.text, called(model, model.tasks[0] as Task, operation, uri));
};

test.each([
  ["none, in lines", "- op:\n    call: openapi\n"],
  ["none, and the text ends there", "- op:\n    call: openapi"],
  ["none, and more behind it", "- op:\n    call: openapi\n    then: end\n- last: { set: { a: 1 } }\n"],
  ["none, on one line", "- op: { call: openapi }\n"],
  ["one that says nothing", "- op:\n    call: openapi\n    with:\n"],
  ["an empty one", "- op:\n    call: openapi\n    with: {}\n"],
  ["an empty one, on one line", "- op: { call: openapi, with: {} }\n"],
  ["one without a document", "- op:\n    call: openapi\n    with:\n      operationId: other\n"],
  ["one with an empty document", "- op: { call: openapi, with: { document: {} } }\n"],
  ["one with nothing as its document", "- op:\n    call: openapi\n    with:\n      document:"],
  ["another", "- op:\n    call: openapi\n    with: { document: { endpoint: https://b }, operationId: x }\n"],
])("an operation is picked where `with` is %s", (_, step) => {
  const text = picked(step);
  expect(load(text).do[0].op.with, text).toEqual({
    document: { endpoint: URI },
    operationId: "read",
    parameters: { id: "${ .id }" },
  });
  expect(picked(step, { ...READ, arguments: [] })).not.toContain("parameters");
});

test("of a document without an address only the operation is written", () => {
  const model = parse("do:\n- op:\n    call: openapi\n");
  const text = applyEdit(model.text, called(model, model.tasks[0] as Task, READ, undefined));
  expect(load(text).do[0].op.with, text).toEqual({ operationId: "read", parameters: { id: "${ .id }" } });
});

test("parameters that another operation does not take go", () => {
  const step = "- op:\n    call: openapi\n    with:\n      operationId: x\n      parameters: { gone: 1 }\n";
  expect(load(picked(step, { ...READ, arguments: [] })).do[0].op.with).toEqual({
    document: { endpoint: URI },
    operationId: "read",
  });
});

/** A call as it begins when an operation is picked. */
import { expect, test } from "vitest";
import type { ServiceOperation } from "../../src/api/services";
import { matching, parametersOf, undoOf } from "../../src/operations/calling";

const argument = (name: string, required: boolean, schema: Record<string, unknown> = {}) => ({
  name,
  place: "query" as const,
  required,
  schema,
  description: null,
});
const CHARGE: ServiceOperation = {
  operationId: "charge",
  method: "post",
  path: "/charges",
  summary: "Take money",
  undoneBy: "refund",
  arguments: [argument("amount", true), argument("currency", true, { enum: ["EUR"] }), argument("note", false)],
};
const REFUND: ServiceOperation = {
  ...CHARGE,
  operationId: "refund",
  undoneBy: null,
  arguments: [argument("charge-id", true)],
};

test("what is needed is there to be filled in, and what was given before is kept", () => {
  expect(parametersOf(CHARGE)).toEqual({ amount: "${ .amount }", currency: "EUR" });
  expect(parametersOf(CHARGE, { amount: 5, note: "n", gone: 1 })).toEqual({ amount: 5, currency: "EUR", note: "n" });
});

test("the declared inverse is the undo; without one there is none", () => {
  expect(undoOf(CHARGE, [CHARGE, REFUND], "https://a/openapi.json")).toEqual({
    call: "openapi",
    with: {
      document: { endpoint: "https://a/openapi.json" },
      operationId: "refund",
      parameters: { "charge-id": '${ ."charge-id" }' },
    },
  });
  expect(undoOf(CHARGE, [CHARGE], "https://a")).toBeUndefined();
});

test("operations are found by words of their name, path and summary", () => {
  expect(matching([CHARGE, REFUND], "take charges").map((each) => each.operationId)).toEqual(["charge", "refund"]);
  expect(matching([CHARGE, REFUND], "refund")).toEqual([REFUND]);
});

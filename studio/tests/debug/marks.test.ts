/** Where a debug session stands in the drawing. */
import { expect, it } from "vitest";
import type { Stop } from "../../src/api/debugging";
import { placeOf } from "../../src/debug/marks";
import { parse } from "../../src/document/parse";

const INNER = "/do/0/pay/compensate/do/0/refund";

it.each([
  ["by steps", "compensate: { do: [ { refund: { call: refund } } ] }"],
  ["by a function", "compensate: refund"],
  ["in the portable form", "metadata: { compensate: { do: [ { refund: { call: refund } } ] } }"],
])("is at the undo of a step that is undone %s", (_, undo) => {
  const { tasks } = parse(`document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- pay: { call: pay, ${undo} }
`);
  const at = (reference: string): string | undefined =>
    placeOf({ at: { instance: "one", reference }, stack: [] } as unknown as Stop, "one", tasks);
  expect(at(INNER)).toBe("/do/0/pay#undo");
  expect(at(`${INNER}/do/0/deeper`)).toBe("/do/0/pay#undo");
  expect(at("/do/0/pay")).toBe("/do/0/pay");
});

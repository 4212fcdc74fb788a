/** What a drawing shows of the runs of an instance. */
import { expect, it } from "vitest";
import { parse } from "../../src/document/parse";
import { marksOf } from "../../src/instances/marks";

const TEXT = `document: { dsl: '1.0.3', namespace: shop, name: price, version: '1.0.0' }
do:
- ask:
    try:
    - quote: { call: quote }
    catch: { retry: { delay: { seconds: 1 } } }
- rest: { wait: { seconds: 1 } }
`;

it("says of a try that waits that it is retrying, and of what failed in it at which attempt", () => {
  const tasks = [
    { reference: "/do/0/ask", status: "waiting" },
    { reference: "/do/0/ask/try/0/quote", status: "faulted", attempt: 2 },
    { reference: "/do/1/rest", status: "waiting" },
  ];
  const marks = marksOf({ tasks, incidents: [] }, parse(TEXT).tasks);
  expect(marks.get("/do/0/ask")?.state).toBe("retrying");
  expect(marks.get("/do/0/ask/try/0/quote")).toMatchObject({ state: "faulted", word: "failed · try 2" });
  expect(marks.get("/do/1/rest")?.state).toBe("waiting");
});

it.each([
  ["by steps", "compensate: { do: [ { refund: { call: refund } }, { tell: { do: [ { mail: { call: mail } } ] } } ] }"],
  ["by a function", "compensate: refund"],
  ["in the portable form", "metadata: { compensate: { do: [ { refund: { call: refund } } ] } }"],
])("shows a step as undone that was undone %s", (_, undo) => {
  const text = `document: { dsl: '1.0.3', namespace: shop, name: pay, version: '1.0.0' }
do:
- pay: { call: pay, ${undo} }
- fail: { call: fail }
`;
  const runs = (status: string) => [
    { reference: "/do/0/pay", status: "completed" },
    { reference: "/do/1/fail", status: "faulted" },
    { reference: "/do/0/pay/compensate/do/0/refund", status },
  ];
  const marks = (status: string) => marksOf({ tasks: runs(status), incidents: [] }, parse(text).tasks);
  expect(marks("running").get("/do/0/pay#undo")).toEqual({ state: "undoing", turn: 1 });
  expect(marks("completed").get("/do/0/pay#undo")).toEqual({ state: "undone", turn: 1 });
  expect(marks("completed").get("/do/0/pay")?.state).toBe("undone");
});

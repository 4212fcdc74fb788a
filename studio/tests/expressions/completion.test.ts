/** What is offered where the cursor (`^`) stands. */
import { expect, test } from "vitest";
import type { Stage, Visible } from "../../src/api/expressions";
import { complete, seenAt } from "../../src/expressions/completion";
import type { Place } from "../../src/expressions/place";

const STAGE: Stage = {
  data: { order: { id: "7", "ship-to": "here" }, items: [{ price: 3, count: 2 }] },
  variables: { context: { bought: true }, line: { size: 1 } },
  shape: { type: "object", properties: { order: { properties: { gift: { type: ["boolean", "null"] } } } } },
  shapes: {},
};
const VISIBLE: Visible = { task: "/do/0/a", reached: true, stages: { argument: STAGE }, secrets: ["token"] };

function offered(text: string, place: Place = "condition"): string[] | undefined {
  const at = text.indexOf("^");
  return complete(text.replace("^", ""), at, seenAt(VISIBLE, STAGE), place)?.options.map((each) => each.label);
}

test.each([
  [".^", ["order", "items"]],
  [".order.^", ["gift", "id", '"ship-to"']],
  [".order.i^ | length", ["gift", "id", '"ship-to"']],
  [".items[0].^", ["price", "count"]],
  [".items[].^", ["price", "count"]],
  [".items | map(.^", ["price", "count"]],
  [".items | map(select(.price > 1) | .^", ["price", "count"]],
  ["[.items[] | .^", ["price", "count"]],
  [".items | first | .^", ["price", "count"]],
  [".items as $all | .order.^", ["gift", "id", '"ship-to"']],
  ["{ a: .order.^", ["gift", "id", '"ship-to"']],
  ["(.order).^", ["gift", "id", '"ship-to"']],
  ["$context.^", ["bought"]],
  ["$secrets.^", ["token"]],
  [".items | sort_by(.price) | .[0].^", ["price", "count"]],
  [".order // .^", ["order", "items"]],
])("members after %s", (text, expected) => {
  expect(offered(text)).toEqual(expected);
});

test("variables after a dollar sign, those of loops among them", () => {
  expect(offered(".a + $^")).toEqual(expect.arrayContaining(["$context", "$line", "$secrets"]));
});

test("functions after a word", () => {
  expect(offered(".items | le^")).toContain("length");
});

test("nothing within a string, nor in a text without braces where that is taken as it is", () => {
  expect(offered('"a .^')).toBeUndefined();
  expect(offered("Dear .^", "argument")).toBeUndefined();
  expect(offered("${ .^ }", "argument")).toEqual(["order", "items"]);
});

test("the kind of a member, and what it is in the sample data", () => {
  const found = complete(".order.", 7, seenAt(VISIBLE, STAGE), "condition")?.options;
  expect(found?.find((each) => each.label === "id")?.detail).toBe('string, such as "7"');
  expect(found?.find((each) => each.label === "gift")?.detail).toBe("boolean or null");
});

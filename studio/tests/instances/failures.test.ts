import { expect, test } from "vitest";
import { shortOf, toldBy } from "../../src/instances/failures";

const refused = {
  type: "https://open-workflow-specification.org/spec/1.0.0/errors/communication",
  status: 422,
  title: "Communication Error",
  detail: "POST http://127.0.0.1:1/deliveries gave 422",
};

test("the service's own words come before the engine's", () => {
  const content = { detail: "we do not deliver to the moon" };
  expect(toldBy({ ...refused, content })).toEqual(["we do not deliver to the moon", refused.detail]);
});

test("what is no problem of the service's is told by its detail, or else by its title", () => {
  expect(toldBy({ ...refused, content: "<html>" })).toEqual([refused.detail]);
  expect(toldBy({ type: "about:blank", status: 500, title: "Broken" })).toEqual(["Broken"]);
});

test("a problem is called by the end of its type and its status", () => {
  expect(shortOf(refused)).toBe("communication 422");
});

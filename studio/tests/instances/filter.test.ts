import { expect, it } from "vitest";
import { queryOf } from "../../src/api/instances";
import { filterOf, STATUSES, statusesOf, waitWord, withStatus } from "../../src/instances/filter";

it("statuses are taken together one by one, in one order, and all of them are none", () => {
  expect(withStatus(null, "waiting")).toBe("waiting");
  expect(withStatus("waiting", "running")).toBe("running,waiting");
  expect(withStatus("running,waiting", "running")).toBe("waiting");
  expect(withStatus("waiting", "waiting")).toBeUndefined();
  expect(withStatus(STATUSES.slice(1).join(","), "running")).toBeUndefined();
  expect(statusesOf("dancing,faulted")).toEqual(["faulted"]);
});

it("the server is asked for each status by itself", () => {
  const filter = filterOf(new URLSearchParams("status=running,waiting&dueTo=2026-01-31T08:00:00Z"));
  expect(queryOf(filter).toString()).toBe("dueTo=2026-01-31T08%3A00%3A00.000Z&status=running&status=waiting");
});

it("a time of today is told without its day", () => {
  const now = Date.parse("2026-01-31T08:00:00Z");
  expect(waitWord("retry", "2026-01-31T09:15:00.000Z", now)).toBe("the next try at 09:15");
  expect(waitWord("timer", "2026-02-01T09:15:00.000Z", now)).toBe("until 2026-02-01 09:15");
  expect(waitWord("timer", null, now)).not.toContain("until");
  expect(waitWord("event:shop.paid", "2026-01-31T09:15:00.000Z", now)).toBe("event shop.paid");
});

import fc from "fast-check";
import { expect, it } from "vitest";
import type { InstanceEntry } from "../../src/api/instances";
import { joinedWith, NONE, newsOf, type Part, withGone } from "../../src/instances/list";

const entry = (number: number, status = "running"): InstanceEntry => ({
  id: `i${number}`,
  workflow: "shop/order:1.0.0",
  status,
  saga: null,
  errorType: null,
  parent: null,
  businessKey: null,
  correlation: null,
  waitsFor: [],
  dueAt: null,
  createdAt: "2026-01-31T08:00:00.000Z",
  endedAt: null,
});

const part = (numbers: readonly number[], next: string | null = null): Part => ({
  cursor: undefined,
  items: numbers.map((number) => entry(number)),
  next,
});

const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, index) => from - index);

it("pages that are joined one by one give what they give at once, each instance once", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat({ max: 40 }), { maxLength: 12 }), { maxLength: 8 }), (pages) => {
      const parts = pages.map((numbers) => part(numbers));
      let joined = NONE;
      for (let count = 1; count <= parts.length; count += 1) joined = joinedWith(joined, parts.slice(0, count));
      const ids = joined.entries.map(({ id }) => id);
      expect(ids).toEqual([...new Set(pages.flat().map((number) => `i${number}`))]);
      expect(joinedWith(NONE, parts).entries).toEqual(joined.entries);
    }),
  );
});

it("what is new, changed and gone is told, and the next page's entries are neither", () => {
  const here = part(down(20, 11), "cursor");
  const elsewhere = new Set(down(10, 1).map((number) => `i${number}`));
  const fresh = {
    items: [
      entry(22),
      entry(21),
      ...down(20, 18).map((number) => entry(number)),
      entry(17, "completed"),
      ...down(15, 6).map((number) => entry(number)),
    ],
    next: "further",
  };
  const news = newsOf(here, fresh, elsewhere);
  expect(news.added).toBe(2);
  expect([...news.changed.keys()]).toEqual(["i17"]);
  expect(news.gone).toEqual(["i16"]);
});

it("an entry is not called gone where the answer did not reach that far", () => {
  const news = newsOf(
    part(down(20, 11), "cursor"),
    { items: [entry(30), entry(20), entry(19)], next: "further" },
    new Set(),
  );
  expect(news.gone).toEqual([]);
  expect(news.added).toBe(1);
});

it("where nothing follows, what is not there is gone", () => {
  const news = newsOf(part([3, 2, 1]), { items: [entry(2)], next: null }, new Set());
  expect(news.gone).toEqual(["i3", "i1"]);
});

it("what has gone and comes again is gone no more", () => {
  const gone = withGone(new Set(["i1"]), ["i2"], part([3]));
  expect([...gone]).toEqual(["i1", "i2"]);
  expect([...withGone(gone, [], part([2, 3]))]).toEqual(["i1"]);
  expect(withGone(gone, ["i2"], part([3]))).toBe(gone);
});

/** Laws of lists of workflows: nothing is lost, the order is total, and asking twice for an order turns it round. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WorkflowEntry } from "../../src/api/workflows";
import { asked, listed, matches, needing, ORDERS, sortingOf } from "../../src/workflows/listing";

const count = fc.nat(3);
const workflow: fc.Arbitrary<WorkflowEntry> = fc
  .record({
    namespace: fc.constantFrom("shop", "desk"),
    name: fc.constantFrom("checkout", "refund", "approve", "parcel"),
    title: fc.constantFrom(null, "Refund money"),
    undo: fc.record({ undoable: count, effectful: count, undoes: fc.boolean() }),
    day: fc.record({ completed: count, undone: count, failed: count, cancelled: count }),
    byStatus: fc.record({ running: count, waiting: count }),
    needsPerson: count,
    days: count,
  })
  .map(({ namespace, name, title, undo, day, byStatus, needsPerson, days }) => ({
    namespace,
    name,
    title,
    summary: null,
    newest: {
      reference: `${namespace}/${name}:1.0.0`,
      namespace,
      name,
      version: "1.0.0",
      digest: "",
      publishedAt: new Date(days * 86_400_000).toISOString(),
      state: "active",
      sunset: null,
      replacement: null,
    },
    versions: 1,
    undo,
    health: { byStatus, needsPerson: { waiting: needsPerson }, day: { ...day, atLeast: false } },
  }));
const workflows = fc.uniqueArray(workflow, { selector: (each) => `${each.namespace}/${each.name}`, maxLength: 8 });
const sorting = fc.record({ by: fc.constantFrom(...ORDERS), reversed: fc.boolean() });

describe("a list of workflows", () => {
  it("is the same in whatever order the server has told it", () => {
    fc.assert(
      fc.property(workflows, sorting, fc.infiniteStream(fc.nat()), (all, by, random) => {
        const shuffled = all
          .map((each) => [random.next().value as number, each] as const)
          .sort(([a], [b]) => a - b)
          .map(([, each]) => each);
        expect(listed(shuffled, "", by)).toEqual(listed(all, "", by));
      }),
    );
  });

  it("has exactly those that match", () => {
    fc.assert(
      fc.property(
        workflows,
        sorting,
        fc.constantFrom("shop", "refund", "REFUND shop", "money", "x"),
        (all, by, text) => {
          const found = listed(all, text, by);
          expect(new Set(found)).toEqual(new Set(all.filter((each) => matches(each, text))));
        },
      ),
    );
  });

  it("has numbers in names by their value", () => {
    fc.assert(
      fc.property(workflow, fc.uniqueArray(fc.nat(2_000), { maxLength: 8 }), (one, numbers) => {
        const all = numbers.map((number) => ({ ...one, name: `refund-${number}` }));
        const found = listed(all, "", { by: "name", reversed: false }).map(({ name }) => Number(name.slice(7)));
        expect(found).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });

  it("begins with what asks for somebody", () => {
    fc.assert(
      fc.property(workflows, (all) => {
        const needs = listed(all, "", { by: "attention", reversed: false }).map((each) => needing(each.health));
        expect(needs).toEqual([...needs].sort((a, b) => b - a));
      }),
    );
  });

  it("is turned round when the same order is asked for again, and is by name at first", () => {
    for (const by of ORDERS) {
      const once = sortingOf(asked({ by: by === "name" ? "undo" : "name", reversed: false }, by) ?? null);
      const twice = sortingOf(asked(once, by) ?? null);
      expect([once, twice]).toEqual([
        { by, reversed: false },
        { by, reversed: true },
      ]);
    }
    expect(sortingOf("unheard-of")).toEqual({ by: "name", reversed: false });
  });
});

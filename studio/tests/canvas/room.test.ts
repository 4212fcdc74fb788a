/** Laws of what is shown of a drawing, and of the names that outlast an edit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lastingNames } from "../../src/canvas/identity";
import { docks, firstView, seeing } from "../../src/canvas/room";
import { type Box, EMPTY } from "../../src/layout/geometry";

const rooms = fc.record({ width: fc.integer({ min: 300, max: 3_000 }), height: fc.integer({ min: 200, max: 2_000 }) });
const places = fc.record({ x: fc.integer({ min: -5_000, max: 5_000 }), y: fc.integer({ min: -9_000, max: 9_000 }) });
const box = (x: number, y: number): Box => ({ id: "/do/0/a", kind: "task", label: "a", x, y, width: 248, height: 72 });

describe("the first view", () => {
  it("shows the whole width of what can be read that small, and never more than its real size", () => {
    const property = fc.property(rooms, fc.integer({ min: 248, max: 4_000 }), (room, width) => {
      const { x, zoom } = firstView({ ...EMPTY, width, height: 500, axis: width / 2 }, room);
      expect(zoom).toBeLessThanOrEqual(1);
      if (zoom > 0.551) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + width * zoom).toBeLessThanOrEqual(room.width);
      }
    });
    fc.assert(property, { seed: 1 });
  });

  it("begins in the flow where a drawing is too wide to be read whole", () => {
    const { x, zoom } = firstView({ ...EMPTY, width: 4_000, height: 500, axis: 2_000 }, { width: 800, height: 600 });
    expect(x + 2_000 * zoom).toBe(400);
  });
});

it("undos dock by the room that there is, not by the window", () => {
  expect(docks(476, { width: 900, height: 600 })).toBe(false);
  expect(docks(476, { width: 420, height: 600 })).toBe(true);
});

describe("a view that is moved to a box", () => {
  it("shows it whole, and is not moved again", () => {
    const property = fc.property(rooms, places, places, (room, { x, y }, at) => {
      const view = seeing({ x: at.x, y: at.y, zoom: 1 }, box(x, y), room);
      expect(view.x + x).toBeGreaterThanOrEqual(0);
      expect(view.y + y).toBeGreaterThanOrEqual(0);
      expect(view.x + x + 248).toBeLessThanOrEqual(room.width);
      expect(view.y + y + 72).toBeLessThanOrEqual(room.height);
      expect(seeing(view, box(x, y), room)).toEqual(view);
    });
    fc.assert(property, { seed: 1 });
  });
});

describe("names that outlast an edit", () => {
  it("are the same for what stands below a step that is put in", () => {
    expect(lastingNames(["/do/0/a", "/do/1/b", "/do/1/b#undo"])).toEqual(["/do/a", "/do/b", "/do/b#undo"]);
    expect(lastingNames(["/do/0/a", "/do/2/b", "/do/2/b/fork/branches/0/c"])).toEqual([
      "/do/a",
      "/do/b",
      "/do/b/fork/branches/c",
    ]);
  });

  it("differ, also where a document says a name twice or its names are numbers", () => {
    const pointers = fc.uniqueArray(fc.stringMatching(/^(\/(do|try|[0-3]|a)){1,6}(#undo)?$/), { maxLength: 30 });
    const property = fc.property(pointers, (all) => {
      expect(new Set(lastingNames(all)).size).toBe(all.length);
    });
    fc.assert(property, { seed: 1 });
  });
});

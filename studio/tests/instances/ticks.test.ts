/** Laws of the lines of a timeline: few enough to be read, evenly apart, within the whole, each with a word of its own. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { distanceOf, ticksOf } from "../../src/instances/ticks";

const whole = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 400 * 86_400_000 }));

it("stand evenly apart, eight at most, none beyond the end", () => {
  fc.assert(
    fc.property(whole, (ms) => {
      const ticks = ticksOf(ms);
      expect(ticks.length).toBeLessThanOrEqual(8);
      expect(ticks.length).toBe(Math.floor(ms / distanceOf(ms)));
      ticks.forEach(({ at }, index) => {
        expect(at).toBeCloseTo(((index + 1) * distanceOf(ms) * 100) / ms);
        expect(at).toBeLessThanOrEqual(100);
      });
      expect(new Set(ticks.map(({ word }) => word)).size).toBe(ticks.length);
    }),
  );
});

it("say their time in the unit of their distance", () => {
  expect(ticksOf(461).map(({ word }) => word)).toEqual(["100 ms", "200 ms", "300 ms", "400 ms"]);
  expect(ticksOf(25_000).map(({ word }) => word)).toEqual(["5 s", "10 s", "15 s", "20 s", "25 s"]);
  expect(ticksOf(40 * 86_400_000).map(({ word }) => word)[0]).toBe("5 d");
});

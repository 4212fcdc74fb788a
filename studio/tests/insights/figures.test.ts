import fc from "fast-check";
import { expect, it } from "vitest";
import type { Bucket, InsightReport } from "../../src/api/insights";
import { histogramOf } from "../../src/insights/histogram";
import { QUEUES, told } from "../../src/insights/series";
import { latency, percent } from "../../src/insights/words";

it("the bars of a histogram hold every run, and each bar only what is below it", () => {
  const bins = fc.array(
    fc.record({ below: fc.integer({ min: 0, max: 160 }).map((bin) => 2 ** (bin / 8)), count: fc.nat(1_000) }),
  );
  fc.assert(
    fc.property(bins, fc.double({ min: 1, max: 1e6, noNaN: true }), (found, most) => {
      const bars = histogramOf(found, most);
      const all = (list: readonly { count: number }[]): number => list.reduce((sum, { count }) => sum + count, 0);
      expect(all(bars)).toBe(all(found));
      for (const bar of bars) {
        const below = found.filter((bin) => bin.below <= bar.below * 1.000_001);
        expect(all(bars.filter((each) => each.below <= bar.below))).toBe(all(below));
      }
    }),
  );
});

it("a share is never nothing of something, nor all of what is not all", () => {
  expect([
    percent(0, 10),
    percent(1, 1_000),
    percent(1, 10),
    percent(999, 1_000),
    percent(10, 10),
    percent(0, 0),
  ]).toEqual(["0 %", "less than 1 %", "10 %", "99 %", "100 %", "0 %"]);
});

it("what is too short to be measured is not called nothing", () => {
  expect([latency(null), latency(0.5), latency(40), latency(4_200)]).toEqual(["–", "< 1 ms", "40 ms", "4.2 s"]);
});

it("of times in which nobody looked at the queues nothing is told", () => {
  const bucket = (minute: number, inbox: number | null, owed: number | null) =>
    ({ at: `2026-01-31T08:0${minute}:00`, inbox, owed }) as Bucket;
  const report = { buckets: [bucket(1, null, null), bucket(2, 7, 0), bucket(3, 2, 0)] } as unknown as InsightReport;
  expect(told(report, QUEUES, true)).toBe(
    "2 to be handled, 7 at most (2026-01-31 08:02); none to go out; nobody looked before 2026-01-31 08:02",
  );
  expect(QUEUES.map(({ of }) => of(bucket(1, null, null)))).toEqual([null, null]);
});

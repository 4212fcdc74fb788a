import { expect, it } from "vitest";
import { labelsOf } from "../../src/insights/axis";

const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime() / 1_000;

it("tells the day where it begins and where it changes", () => {
  const times = [at(26, 21), at(27, 0), at(27, 3)];
  expect(labelsOf(times, 10_800)).toEqual(["21:00\nNov 26", "00:00\nNov 27", "03:00"]);
});

it("tells days alone where they are what passes", () => {
  expect(labelsOf([at(26, 0), at(27, 0)], 86_400)).toEqual(["Nov 26", "Nov 27"]);
});

/** Laws of versions: their order is that of Semantic Versioning, and what is proposed is higher and goes far enough. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bumped, compare, isEnough, isPrerelease, isVersion } from "../../src/publish/versions";

const number = fc.nat(12);
const release = fc.tuple(number, number, number).map((each) => each.join("."));
const label = fc.constantFrom("alpha", "beta", "rc", "1", "2", "11", "x-y");
const version = fc
  .tuple(release, fc.array(label, { maxLength: 3 }))
  .map(([core, labels]) => (labels.length ? `${core}-${labels.join(".")}` : core));
const bump = fc.constantFrom("patch", "minor", "major");

describe("versions", () => {
  it("have the order of the specification's own example", () => {
    const ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"];
    const all = [...ordered, "1.0.0-rc.1", "1.0.0", "1.9.1", "1.10.0", "2.0.0"];
    expect([...all].reverse().sort(compare)).toEqual(all);
  });

  it("are ordered wholly: what is before comes before, both ways, and through a third", () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it("are no versions where a number is missing or begins with 0", () => {
    for (const text of ["1", "1.0", "01.0.0", "1.0.0.0", "v1.0.0", "latest", "", "1.0.0-"])
      expect(isVersion(text)).toBe(false);
    fc.assert(
      fc.property(version, (each) => {
        expect(isVersion(each)).toBe(true);
      }),
    );
  });

  it("that are proposed are higher, are releases, and go far enough", () => {
    fc.assert(
      fc.property(version, bump, (from, needed) => {
        const to = bumped(from, needed);
        expect(compare(to, from)).toBeGreaterThan(0);
        expect([isPrerelease(to), isEnough(from, to, needed)]).toEqual([false, true]);
      }),
    );
  });

  it("do not go far enough where they stay or go down, or go up by less", () => {
    fc.assert(
      fc.property(release, version, bump, (from, to, needed) => {
        fc.pre(compare(to, from) <= 0);
        expect(isEnough(from, to, needed)).toBe(false);
      }),
    );
    expect(isEnough("1.2.3", "1.2.4", "minor")).toBe(false);
    expect(isEnough("1.2.3", "1.3.0", "major")).toBe(false);
    expect(isEnough("1.2.3", "2.0.0", "major")).toBe(true);
  });
});

/** Every way that the engine takes from one step to another is drawn, and none that it never takes. */
import { describe, expect, it } from "vitest";
import { parse } from "../../src/document/parse";
import { everyTask } from "../../src/document/task";
import { layout } from "../../src/layout/layout";

/** The lines between steps: `a > b`, with a label where there is one. */
function drawn(text: string): string[] {
  const { tasks } = parse(text);
  const name = new Map([...everyTask(tasks)].map((task) => [task.id, task.name]));
  return layout(tasks, { docked: false })
    .lines.filter(({ from, to }) => name.has(from ?? "") && name.has(to ?? ""))
    .map(({ from, to, label }) => `${name.get(from ?? "")} > ${name.get(to ?? "")}${label ? ` (${label})` : ""}`)
    .sort();
}

const RAISE = "raise: { error: { type: 'https://example.com/e', status: 500 } }";

describe("a step with a condition", () => {
  it("leads to the next one too, whatever comes after it otherwise", () => {
    expect(drawn("do:\n- a: { if: .x, set: { a: 1 }, then: end }\n- b: { set: { b: 1 } }\n")).toEqual(["a > b"]);
    expect(
      drawn("do:\n- a: { if: .x, set: { a: 1 }, then: c }\n- b: { set: { b: 1 } }\n- c: { set: { c: 1 } }\n"),
    ).toEqual(["a > b", "a > c", "b > c"]);
  });

  it("makes no columns of what it leads to both ways", () => {
    const text = `do:
- choose: { switch: [ { big: { when: .a > 1, then: one } }, { other: { then: two } } ] }
- one: { if: .b, set: { a: 1 }, then: three }
- two: { set: { b: 1 } }
- three: { set: { c: 1 } }
`;
    expect(drawn(text)).toEqual([
      "choose > one (big)",
      "choose > two (other)",
      "one > three",
      "one > two",
      "two > three",
    ]);
  });

  it("leaves columns as they are where it leads on anyway", () => {
    const text = `do:
- choose: { switch: [ { big: { when: .a > 1, then: one } }, { other: { then: two } } ] }
- one: { set: { a: 1 }, then: three }
- two: { if: .b, set: { b: 1 }, then: three }
- three: { set: { c: 1 } }
`;
    const { boxes } = layout(parse(text).tasks, { docked: false });
    const top = (label: string): number | undefined => boxes.find((each) => each.label === label)?.y;
    expect(top("one")).toBe(top("two"));
    expect(drawn(text)).toEqual(["choose > one (big)", "choose > two (other)"]);
  });

  it("may be a switch: it is skipped then", () => {
    const text = `do:
- choose: { if: .b, switch: [ { only: { then: two } } ] }
- one: { set: { a: 1 } }
- two: { set: { b: 1 } }
`;
    expect(drawn(text)).toContain("choose > one (skipped)");
  });
});

it("what handles an error leads to where it says", () => {
  const body = "try: [ { t: { set: { t: 1 } } } ]";
  const rest = "- c: { set: { c: 1 } }\n- d: { set: { d: 1 } }\n";
  expect(drawn(`do:\n- b: { ${body}, catch: { then: d } }\n${rest}`)).toEqual(["b > c", "b > d (caught)", "c > d"]);
  expect(drawn(`do:\n- b: { ${body}, catch: { then: continue }, then: end }\n${rest}`)).toEqual(["b > c", "c > d"]);
});

describe("a step that raises an error", () => {
  it("leads nowhere, unless it is skipped", () => {
    expect(drawn(`do:\n- r: { ${RAISE} }\n- z: { set: { z: 1 } }\n`)).toEqual([]);
    expect(drawn(`do:\n- r: { if: .x, ${RAISE} }\n- z: { set: { z: 1 } }\n`)).toEqual(["r > z"]);
    expect(drawn(`do:\n- r: { ${RAISE}, then: y }\n- z: { set: { z: 1 } }\n- y: { set: { z: 1 } }\n`)).toEqual([
      "z > y",
    ]);
  });

  it("stands beside the straight way, which no line joins from it", () => {
    const text = `do:
- check: { switch: [ { bad: { when: .bad, then: fail } }, { good: { then: ship } } ] }
- fail: { ${RAISE} }
- ship: { set: { a: 1 } }
- tell: { set: { b: 1 } }
`;
    const { boxes, lines } = layout(parse(text).tasks, { docked: false });
    const y = (label: string): number => boxes.find((each) => each.label === label)?.y ?? Number.NaN;
    expect(y("ship")).toBeGreaterThan(y("fail"));
    expect(lines.filter((line) => line.from === "/do/1/fail")).toEqual([]);
    expect(lines.filter((line) => line.kind === "jump")).toEqual([]);
  });

  it("may stand at the end of the list, beside what ends there", () => {
    const text = `do:
- check: { switch: [ { good: { when: .good, then: ship } }, { bad: { then: fail } } ] }
- ship: { set: { a: 1 }, then: end }
- fail: { ${RAISE} }
`;
    const { boxes } = layout(parse(text).tasks, { docked: false });
    const y = (label: string): number | undefined => boxes.find((each) => each.label === label)?.y;
    expect(y("ship")).toBe(y("fail"));
  });
});

/** Where the lines of a timeline stand, and what they say. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TICKS_MAX = 8;
/** Distances that people can count in. */
const DISTANCES = [
  ...[1, 10, 100].flatMap((each) => [each, 2 * each, 5 * each]),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
];

/** The smallest distance (in ms) with which no more lines stand on the whole than can be read. */
export function distanceOf(whole: number): number {
  const found = DISTANCES.find((each) => whole / each <= TICKS_MAX);
  return found ?? Math.ceil(whole / DAY / TICKS_MAX) * DAY;
}

export interface Tick {
  /** In percent of the whole. */
  readonly at: number;
  readonly word: string;
}

/** The beginning has none: it stands at the left. */
export function ticksOf(whole: number): Tick[] {
  const distance = distanceOf(whole);
  const count = Math.floor(whole / distance);
  return Array.from({ length: count }, (_, index) => {
    const ms = (index + 1) * distance;
    return { at: (ms / whole) * 100, word: wordOf(ms, distance) };
  });
}

/** In the unit of the distance: `400 ms`, `15 s`, `90 min`. */
function wordOf(ms: number, distance: number): string {
  const [unit, word] =
    distance < SECOND
      ? [1, "ms"]
      : distance < MINUTE
        ? [SECOND, "s"]
        : distance < HOUR
          ? [MINUTE, "min"]
          : distance < DAY
            ? [HOUR, "h"]
            : [DAY, "d"];
  return `${ms / unit} ${word}`;
}

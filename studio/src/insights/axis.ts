/** What stands below a chart: times of 24 hours, and the day where it begins or changes. */
const TIME = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" });
const DAY_S = 86_400;

/** Pixels between two labels: a day, as in "Nov 27", does not touch the one beside it. */
export const SPACE = 60;

/** A label for each time in seconds, where one follows another by so many. */
export function labelsOf(times: readonly number[], step: number): string[] {
  const days = times.map((time) => DAY.format(time * 1_000));
  if (step >= DAY_S) return days;
  return times.map((time, index) => {
    const label = TIME.format(time * 1_000);
    return days[index] === days[index - 1] ? label : `${label}\n${days[index]}`;
  });
}

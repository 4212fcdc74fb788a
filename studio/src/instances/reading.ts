/** How much of a history is here, in words. */
import type { History } from "./history";

export function reading(history: History, last: number): string {
  const count = history.events.length.toLocaleString("en");
  if (history.whole) return `${count} event${history.events.length === 1 ? "" : "s"}`;
  const first = history.events[0]?.sequence;
  if (first === undefined) return "Reading …";
  return `${count} events, the newest first: ${Math.floor(((last - first + 1) / Math.max(1, last)) * 100)} % read`;
}

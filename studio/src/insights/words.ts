/** Numbers and latencies in words. */
import { lasted } from "../ui/time";

export const number = (count: number): string => count.toLocaleString("en");

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** `12 %`; never 0 % of what is there, nor 100 % of what is not all. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0 %";
  const share = (part / whole) * 100;
  if (share < 1) return "less than 1 %";
  return `${part < whole ? Math.min(99, Math.round(share)) : 100} %`;
}

export const latency = (ms: number | null): string => (ms === null ? "–" : ms < 1 ? "< 1 ms" : lasted(ms));

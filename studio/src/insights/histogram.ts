/** The server's fine bins in few bars, on the same scale for all steps: each bar reaches to twice the one before. */

export interface Bin {
  readonly below: number;
  readonly count: number;
}

/** Bars from below 1 ms up to what holds `most` and all runs. */
export function histogramOf(bins: readonly Bin[], most: number): Bin[] {
  const end = Math.max(most, ...bins.map(({ below }) => below), 1);
  const bars: { below: number; count: number }[] = [];
  for (let below = 1; ; below *= 2) {
    bars.push({ below, count: 0 });
    if (below >= end) break;
  }
  for (const { below, count } of bins) {
    // A bin's upper border is a power of two with what binary fractions make of it.
    const bar = bars.find((each) => below <= each.below * (1 + 1e-9));
    if (bar) bar.count += count;
  }
  return bars;
}

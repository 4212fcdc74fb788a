import fc from "fast-check";
import { expect, it } from "vitest";
import type { HistoryEvent } from "../../src/api/instances";
import {
  endOf,
  firstOf,
  type History,
  lastPlace,
  type Placed,
  read,
  UNREAD,
  withEarlier,
  withNews,
  written,
} from "../../src/instances/history";

/** A history: how many events each transition has. */
const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 });

const placedOf = (counts: readonly number[]): Placed[] =>
  counts.flatMap((count, index) =>
    Array.from({ length: count }, (_, at) => {
      const place = { sequence: index + 1, ordinal: at + 1 };
      return { place, event: { sequence: place.sequence, at: 0, type: written(place) } };
    }),
  );

const eventsOf = (placed: readonly Placed[]): HistoryEvent[] => placed.map((each) => each.event);

it("pages that come newest first and a stream that tells things again give the history once and in order", () => {
  fc.assert(
    fc.property(sizes, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 9 }), (counts, some, other, size) => {
      const whole = placedOf(counts);
      const known = (some % counts.length) + 1;
      let from = Math.max(0, known - size);
      const between = (low: number, high: number): HistoryEvent[] =>
        eventsOf(whole.filter(({ place }) => place.sequence > low && place.sequence <= high));
      let history: History = withEarlier(UNREAD, between(from, known));
      const cut = other % whole.length;
      const heard = whole.filter(
        ({ place }) => place.sequence >= Math.min(known, (whole[cut] as Placed).place.sequence),
      );
      history = withNews(history, heard);
      history = withNews(history, heard.slice(heard.length >> 1));
      while (from > 0) {
        history = withEarlier(history, between(Math.max(0, from - size), from));
        from = Math.max(0, from - size);
      }
      expect(history.events).toEqual(eventsOf(whole));
      expect(history.whole).toBe(true);
      expect(lastPlace(history)).toEqual((whole.at(-1) as Placed).place);
    }),
  );
});

it("a transition is found where it is, and nowhere where it is not", () => {
  fc.assert(
    fc.property(sizes, fc.nat({ max: 40 }), (counts, sequence) => {
      const events = eventsOf(placedOf(counts));
      expect(firstOf(events, sequence)).toBe(events.filter((each) => each.sequence < sequence).length);
      expect(endOf(events, sequence)).toBe(events.findLast((each) => each.sequence === sequence));
    }),
  );
});

it("a place is read as it was written", () => {
  expect(read(written({ sequence: 41, ordinal: 3 }))).toEqual({ sequence: 41, ordinal: 3 });
});

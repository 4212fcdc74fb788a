/** The history of an instance as far as it is here: one unbroken piece of it, which grows at both ends. */
import type { HistoryEvent } from "../api/instances";

/** An event's place: its transition, and which of the transition's events it is, from 1. */
export interface Place {
  readonly sequence: number;
  readonly ordinal: number;
}

export interface Placed {
  readonly place: Place;
  readonly event: HistoryEvent;
}

export interface History {
  readonly events: readonly HistoryEvent[];
  /** Whether its beginning is here. */
  readonly whole: boolean;
}

export const UNREAD: History = { events: [], whole: false };

/** What came directly before; whole transitions. */
export function withEarlier(history: History, events: readonly HistoryEvent[]): History {
  const all = [...events, ...history.events];
  return { events: all, whole: all[0]?.sequence === 1 };
}

/** What has happened since. What is here already, as after a cut of the stream, changes nothing. */
export function withNews(history: History, news: readonly Placed[]): History {
  let last = lastPlace(history);
  const added: HistoryEvent[] = [];
  for (const { place, event } of news) {
    if (!isAfter(place, last)) continue;
    added.push(event);
    last = place;
  }
  return added.length === 0 ? history : { ...history, events: [...history.events, ...added] };
}

export function lastPlace({ events }: History): Place {
  const sequence = events.at(-1)?.sequence ?? 0;
  return { sequence, ordinal: events.length - firstOf(events, sequence) };
}

/** `3.1`, as ids of the stream are written. */
export const written = ({ sequence, ordinal }: Place): string => `${sequence}.${ordinal}`;

export function read(id: string): Place {
  const [sequence = "0", ordinal = "0"] = id.split(".");
  return { sequence: Number(sequence), ordinal: Number(ordinal) };
}

/** Where the events of a transition begin, or would. */
export function firstOf(events: readonly HistoryEvent[], sequence: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle] as HistoryEvent).sequence < sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last event of a transition. */
export function endOf(events: readonly HistoryEvent[], sequence: number): HistoryEvent | undefined {
  const event = events[firstOf(events, sequence + 1) - 1];
  return event?.sequence === sequence ? event : undefined;
}

const isAfter = (place: Place, other: Place): boolean =>
  place.sequence > other.sequence || (place.sequence === other.sequence && place.ordinal > other.ordinal);

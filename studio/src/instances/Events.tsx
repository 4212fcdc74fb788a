/** Every event of a history. Only those that are seen are drawn, however many there are. */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { HistoryEvent, Task } from "../api/instances";
import { clock } from "../ui/time";
import { firstOf, type History } from "./history";
import { reading } from "./reading";
import "./events.css";

const ROW_PX = 32;
const FIELDS_CHARS_MAX = 300;

interface Props {
  readonly history: History;
  readonly tasks: readonly Task[];
  /** How many transitions there are. */
  readonly last: number;
  readonly at: number | undefined;
  readonly onMove: (at: number | undefined) => void;
}

export function Events({ history, tasks, last, at, onMove }: Props) {
  const [asked, setAsked] = useState("");
  const sought = useDeferredValue(asked.trim().toLowerCase());
  const names = useMemo(() => new Map(tasks.map((task) => [task.run, task.name])), [tasks]);
  const events = useMemo(
    () =>
      sought ? history.events.filter((event) => told(event, names).toLowerCase().includes(sought)) : history.events,
    [history, names, sought],
  );
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 15,
  });
  const [active, setActive] = useState<HistoryEvent>();
  const index = useMemo(() => place(events, active, at), [events, active, at]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list follows the place, not each new event
  useEffect(() => {
    if (at !== undefined && active?.sequence !== at) setActive(undefined);
    if (events.length > 0 && index >= 0) rows.scrollToIndex(index, { align: "auto" });
  }, [at, history.whole, sought]);
  const atEnd = useStaying(box, events, at === undefined && !active);
  const pressed = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (event.key === "Enter" && events[index]) onMove((events[index] as HistoryEvent).sequence);
    if (step === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(events.length - 1, Math.max(0, index) + step));
    setActive(events[to]);
    rows.scrollToIndex(to, { align: "auto" });
  };
  return (
    <div className="events">
      <Head asked={asked} onAsk={setAsked}>
        {reading(history, last)}
        {sought ? ` · ${events.length.toLocaleString("en")} found` : ""}
      </Head>
      <div
        ref={box}
        className="events-box"
        role="listbox"
        aria-label="Events"
        tabIndex={0}
        aria-activedescendant={rows.getVirtualItems().some((row) => row.index === index) ? `event-${index}` : undefined}
        onKeyDown={pressed}
        onScroll={atEnd}
      >
        <div style={{ height: rows.getTotalSize() }} role="presentation">
          {rows.getVirtualItems().map((row) => {
            const event = events[row.index] as HistoryEvent;
            return (
              <Line
                key={row.index}
                index={row.index}
                count={events.length}
                event={event}
                name={nameOf(event, names)}
                here={event.sequence === at}
                active={row.index === index}
                top={row.start}
                onGo={() => {
                  setActive(event);
                  onMove(event.sequence);
                }}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface HeadProps {
  readonly asked: string;
  readonly onAsk: (asked: string) => void;
  /** What is said of the list. */
  readonly children: ReactNode;
}

const Head = ({ asked, onAsk, children }: HeadProps) => (
  <>
    <header className="events-head">
      <input
        type="search"
        className="button"
        placeholder="Find in the events"
        aria-label="Find in the events"
        value={asked}
        onChange={(event) => onAsk(event.target.value)}
      />
      <span className="muted" role="status">
        {children}
      </span>
    </header>
    <div className="event event-titles" aria-hidden="true">
      <span className="event-place">Place</span>
      <span>Time (UTC)</span>
      <span>Step</span>
      <span>Event</span>
      <span className="event-fields">What it says</span>
    </div>
  </>
);

/**
 * What is seen stays in its place while older events are put before it; whoever is at the end of the list stays there
 * while it grows. Gives what is to be told when the list is scrolled.
 */
function useStaying(
  box: RefObject<HTMLDivElement | null>,
  events: readonly HistoryEvent[],
  newest: boolean,
): () => void {
  const end = useRef(true);
  const first = useRef<HistoryEvent>(undefined);
  useLayoutEffect(() => {
    const list = box.current;
    const before = first.current ? events.indexOf(first.current) : 0;
    first.current = events[0];
    if (!list) return;
    if (newest && end.current) list.scrollTop = list.scrollHeight;
    else if (before > 0) list.scrollTop += before * ROW_PX;
  }, [box, events, newest]);
  return () => {
    const list = box.current;
    if (list) end.current = list.scrollTop + list.clientHeight >= list.scrollHeight - ROW_PX;
  };
}

interface LineProps {
  readonly index: number;
  readonly count: number;
  readonly event: HistoryEvent;
  readonly name: string;
  readonly here: boolean;
  readonly active: boolean;
  readonly top: number;
  readonly onGo: () => void;
}

function Line({ index, count, event, name, here, active, top, onGo }: LineProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the list's
    <div
      id={`event-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      aria-current={here ? "step" : undefined}
      aria-posinset={index + 1}
      aria-setsize={count}
      className="event"
      style={{ transform: `translateY(${top}px)` }}
      onClick={onGo}
    >
      <span className="event-place">{event.sequence}</span>
      <time className="muted" dateTime={new Date(event.at).toISOString()}>
        {clock(event.at)}
      </time>
      <span className="event-name">{name}</span>
      <b className={toneOf(event.type)}>{event.type}</b>
      <code className="event-fields">{fieldsOf(event)}</code>
    </div>
  );
}

const PAGE = 15;
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE,
  PageUp: -PAGE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** What the person has gone to in the list; otherwise the place that the page is at; otherwise the newest. */
function place(events: readonly HistoryEvent[], active: HistoryEvent | undefined, at: number | undefined): number {
  if (active) {
    for (let index = firstOf(events, active.sequence); events[index]?.sequence === active.sequence; index += 1) {
      if (events[index] === active) return index;
    }
  }
  return at === undefined ? events.length - 1 : Math.min(firstOf(events, at), events.length - 1);
}

const nameOf = (event: HistoryEvent, names: ReadonlyMap<number, string>): string =>
  names.get(event.run as number) ?? names.get(event.entry as number) ?? "";

/** The words say it too. */
const toneOf = (type: string): string | undefined =>
  /Fault|Fail|Incident/.test(type) ? "bad" : /Undo|Compensat/.test(type) ? "undo" : undefined;

const said = new WeakMap<HistoryEvent, string>();

function fieldsOf(event: HistoryEvent): string {
  const known = said.get(event);
  if (known !== undefined) return known;
  const { sequence: _, at: __, type: ___, ...fields } = event;
  const text = JSON.stringify(fields).slice(0, FIELDS_CHARS_MAX);
  said.set(event, text);
  return text;
}

const told = (event: HistoryEvent, names: ReadonlyMap<number, string>): string =>
  `${nameOf(event, names)} ${event.type} ${fieldsOf(event)}`;

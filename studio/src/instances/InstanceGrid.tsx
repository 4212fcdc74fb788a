/** Instances in rows. Only those that are seen are drawn; ↑ ↓ go through them and Enter opens one. */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useLocation } from "wouter";
import type { InstanceEntry } from "../api/instances";
import { useLasting } from "../ui/useLasting";
import { type Column, widths } from "./columns";

const ROW_PX = 38;
const PAGE = 15;
const POOL = 64;
/** When so few rows are left below, the next page is read. */
const AHEAD = 60;

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: PAGE,
  PageUp: -PAGE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

export interface Sight {
  /** The rows that are seen. */
  range: readonly [number, number];
  /** Whether the list is at its top and nobody is busy in it. */
  still: () => boolean;
}

interface Props {
  readonly entries: readonly InstanceEntry[];
  readonly gone: ReadonlySet<string>;
  readonly columns: readonly Column[];
  /** How many there are in all, if that is known. */
  readonly total: number | undefined;
  readonly more: boolean;
  readonly next: () => void;
  readonly sight: RefObject<Sight>;
}

/** Where the list was when it was left: whoever comes back finds it there. */
const left = { first: "", offset: 0, active: 0 };

export function InstanceGrid({ entries, gone, columns, total, more, next, sight }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const restored = entries[0]?.id === left.first;
  const [active, setActive] = useState(restored ? left.active : 0);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    initialOffset: restored ? left.offset : 0,
  });
  const items = rows.getVirtualItems();
  // What leaves at one end is used again at the other: a row is changed rather than made.
  const pool = POOL * Math.ceil((items.length + 1) / POOL);
  const at = Math.min(active, entries.length - 1);
  const last = items.at(-1)?.index ?? 0;
  sight.current.range = [items[0]?.index ?? 0, last];
  sight.current.still = () => {
    const list = box.current;
    return list === null || (list.scrollTop < ROW_PX && !list.matches(":hover, :focus-within"));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when somebody comes back
  useEffect(() => {
    if (restored) rows.scrollToIndex(at, { align: "auto" });
  }, []);
  useEffect(() => {
    if (more && last >= entries.length - AHEAD) next();
  }, [more, last, entries.length, next]);
  const wide = useMemo(() => widths(columns, entries), [columns, entries]);
  const { open, follow } = useOpening(() => {
    Object.assign(left, { first: entries[0]?.id ?? "", offset: box.current?.scrollTop ?? 0, active: at });
  });
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === "Enter") open(entries[at]);
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(entries.length - 1, at + step));
    setActive(to);
    rows.scrollToIndex(to, { align: "auto" });
  };
  return (
    <div ref={box} className="grid">
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose rows are gone through by keys
        role="grid"
        aria-label="Instances"
        aria-rowcount={more ? -1 : entries.length + 1}
        tabIndex={0}
        style={{ "--grid-columns": wide } as CSSProperties}
        aria-activedescendant={items.some(({ index }) => index === at) ? `row-${at}` : undefined}
        onKeyDown={pressed}
      >
        <Titles columns={columns} />
        <tbody style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start }) => (
            <Row
              key={index % pool}
              index={index}
              entry={entries[index] as InstanceEntry}
              gone={gone.has((entries[index] as InstanceEntry).id)}
              active={index === at}
              columns={columns}
              top={start}
              open={follow}
              go={setActive}
            />
          ))}
        </tbody>
      </table>
      {more ? (
        <p className="muted grid-more">{`Reading on …${total ? ` of ${total.toLocaleString("en")}` : ""}`}</p>
      ) : null}
    </div>
  );
}

/** Going to an instance, by key and by click; before the list is left, `leaving` is called. */
function useOpening(leaving: () => void) {
  const [, navigate] = useLocation();
  const open = useLasting((entry: InstanceEntry | undefined): void => {
    if (!entry) return;
    leaving();
    navigate(addressOf(entry));
  });
  const follow = useLasting((event: MouseEvent, entry: InstanceEntry): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(entry);
  });
  return { open, follow };
}

const Titles = memo(({ columns }: Pick<Props, "columns">) => (
  <thead>
    <tr className="grid-row grid-head" aria-rowindex={1}>
      <th scope="col">Instance</th>
      {columns.map(({ name, title, number }) => (
        <th key={name} scope="col" className={number ? "number" : undefined}>
          {title}
        </th>
      ))}
    </tr>
  </thead>
));

interface RowProps {
  readonly index: number;
  readonly entry: InstanceEntry;
  readonly gone: boolean;
  readonly active: boolean;
  readonly columns: readonly Column[];
  readonly top: number;
  readonly open: (event: MouseEvent, entry: InstanceEntry) => void;
  readonly go: (index: number) => void;
}

const Row = memo(function Row({ index, entry, gone, active, columns, top, open, go }: RowProps) {
  const now = Date.now();
  return (
    <tr
      id={`row-${index}`}
      aria-rowindex={index + 2}
      aria-selected={active}
      className={`grid-row${gone ? " gone" : ""}`}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => go(index)}
    >
      <td>
        <a
          className="row-link"
          href={addressOf(entry)}
          tabIndex={-1}
          title={entry.id}
          onClick={(event) => open(event, entry)}
        >
          {entry.id}
        </a>
        {gone ? <small className="muted"> has changed since</small> : null}
      </td>
      {columns.map(({ name, show, number }) => (
        <td key={name} className={number ? "number" : undefined}>
          {show(entry, now)}
        </td>
      ))}
    </tr>
  );
});

const addressOf = ({ id }: InstanceEntry): string => `/instances/${encodeURIComponent(id)}`;

/** What a list of instances can show of each. */
import type { ReactNode } from "react";
import type { InstanceEntry } from "../api/instances";
import { StateTag } from "../ui/StateTag";
import { ago, lasted } from "../ui/time";
import { errorWord, waitWord } from "./filter";
import { SagaTag } from "./SagaTag";

export interface Column {
  readonly name: string;
  readonly title: string;
  readonly width: string;
  /** Where no entry of the list has any of it, its title alone has room, and the others have the rest. */
  readonly bare?: { readonly of: "businessKey" | "errorType"; readonly width: string };
  /** Numbers stand below each other by their last digit. */
  readonly number?: true;
  readonly show: (entry: InstanceEntry, now: number) => ReactNode;
}

export const COLUMNS: readonly Column[] = [
  {
    name: "workflow",
    title: "Workflow",
    width: "minmax(130px, 1.7fr)",
    show: ({ workflow }) => <Workflow named={workflow} />,
  },
  {
    name: "status",
    title: "Status",
    width: "190px",
    show: ({ status, saga, waitsFor }) =>
      waitsFor.includes("incident") ? (
        <StateTag state="stuck" />
      ) : (
        <>
          <StateTag state={status} /> <SagaTag saga={saga} />
        </>
      ),
  },
  {
    name: "key",
    title: "Business key",
    width: "minmax(94px, 0.8fr)",
    bare: { of: "businessKey", width: "94px" },
    show: ({ businessKey }) => (businessKey ? <span title={businessKey}>{businessKey}</span> : ""),
  },
  {
    name: "waits",
    title: "Waits for",
    width: "minmax(130px, 1.4fr)",
    show: ({ waitsFor, dueAt, endedAt }, now) => {
      const told = endedAt ? "" : waitsFor.map((each) => waitWord(each, dueAt, now)).join(", ");
      return <span title={told}>{told}</span>;
    },
  },
  {
    name: "error",
    title: "Error",
    width: "minmax(80px, 0.8fr)",
    bare: { of: "errorType", width: "46px" },
    show: ({ errorType }) => (errorType ? <span title={errorType}>{errorWord(errorType)}</span> : ""),
  },
  {
    name: "started",
    title: "Started",
    width: "116px",
    show: ({ createdAt }, now) => <time title={createdAt}>{ago(createdAt, now)}</time>,
  },
  {
    name: "lasted",
    title: "Lasted",
    width: "86px",
    number: true,
    show: ({ createdAt, endedAt }) => (endedAt ? lasted(Date.parse(endedAt) - Date.parse(createdAt)) : ""),
  },
];

/** How a name is told from its version, so that only the name is cut. */
function Workflow({ named }: { named: string }) {
  const at = named.lastIndexOf(":");
  if (at < 0) return <span title={named}>{named}</span>;
  return (
    <span className="versioned" title={named}>
      <span>{named.slice(0, at)}</span>
      {named.slice(at)}
    </span>
  );
}

const FIRST = "minmax(130px, 1.2fr)";

/** As the columns of a grid, with that of the instances' ids before them. */
export function widths(columns: readonly Column[], entries: readonly InstanceEntry[]): string {
  const wide = columns.map(({ width, bare }) =>
    bare && !entries.some((entry) => entry[bare.of]) ? bare.width : width,
  );
  return [FIRST, ...wide].join(" ");
}

const USUAL = "workflow,status,key,waits,error,started,lasted";

/** The columns that the address names, in their usual order. */
export function columnsOf(search: URLSearchParams): readonly Column[] {
  const named = new Set((search.get("columns") ?? USUAL).split(","));
  return COLUMNS.filter((column) => named.has(column.name));
}

/** What the address says once a column is shown, or not shown any more; undefined for the usual ones. */
export function toggled(shown: readonly Column[], column: Column): string | undefined {
  const names = new Set(shown.map((each) => each.name));
  if (!names.delete(column.name)) names.add(column.name);
  const text = COLUMNS.flatMap(({ name }) => (names.has(name) ? [name] : [])).join(",");
  return text === USUAL ? undefined : text;
}

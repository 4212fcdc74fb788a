/** What a list of instances is narrowed to. All of it stands in the address. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Counts } from "../api/instances";
import { getWorkflow, listWorkflows } from "../api/workflows";
import { type SetSearch, useSearchState } from "../app/search";
import { Icon } from "../ui/Icon";
import { stateOf } from "../ui/states";
import { COLUMNS, columnsOf, toggled } from "./columns";
import { SINCE, STATUSES, statusesOf, WAITS, withStatus } from "./filter";

/** Filters that have no field of their own: links from other pages set them. */
const OTHERS: Readonly<Record<string, string>> = {
  saga: "Undo",
  correlation: "Correlation",
  parent: "Sub-workflows of",
  endedFrom: "Ended from",
  endedTo: "Ended before",
  dueFrom: "Due from",
  dueTo: "Due before",
};

export function FilterBar({ errorTypes }: { errorTypes: readonly string[] }) {
  const [search, setSearch] = useSearchState();
  const told = (name: string): string => search.get(name) ?? "";
  return (
    <div className="filter-bar">
      <Typed
        key={`find ${told("find") || told("businessKey")}`}
        label="Id, or how a business key begins"
        value={told("find") || told("businessKey")}
        onSet={(find) => setSearch({ find, businessKey: undefined })}
      />
      <WorkflowField value={told("workflow")} onSet={(workflow) => setSearch({ workflow, version: undefined })} />
      <VersionField workflow={told("workflow")} value={told("version")} onSet={(version) => setSearch({ version })} />
      <label>
        Started
        <select
          className="button"
          value={told("since") || (told("createdFrom") || told("createdTo") ? "between" : "")}
          onChange={({ target: { value } }) => setSearch(timesOf(value))}
        >
          <option value="">at any time</option>
          {Object.entries(SINCE).map(([name, { word }]) => (
            <option key={name} value={name}>
              in {word}
            </option>
          ))}
          <option value="between">between …</option>
        </select>
      </label>
      {told("createdFrom") || told("createdTo") ? <Between search={search} setSearch={setSearch} /> : null}
      <label>
        Waits for
        <select
          className="button"
          value={told("waitsFor").split(":")[0]}
          onChange={({ target: { value } }) => setSearch({ waitsFor: value || undefined })}
        >
          <option value="">anything or nothing</option>
          {Object.entries(WAITS).map(([name, word]) => (
            <option key={name} value={name}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <Typed
        key={`error ${told("errorType")}`}
        label="Error type"
        value={told("errorType")}
        offered={errorTypes}
        onSet={(errorType) => setSearch({ errorType })}
      />
      <ColumnsButton />
    </div>
  );
}

const timesOf = (value: string): Record<string, string | undefined> => {
  const since = value in SINCE ? value : undefined;
  const day = new Date(Date.now() - 86_400_000).toISOString();
  return { since, createdFrom: value === "between" ? day : undefined, createdTo: undefined };
};

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly offered?: readonly string[];
  readonly onSet: (value: string | undefined) => void;
}

/** Taken over on Enter, and when it is left. */
function Typed({ label, value, offered = [], onSet }: TypedProps) {
  const [text, setText] = useState(value);
  const list = `offered-${label}`;
  const set = (): void => {
    if (text.trim() !== value) onSet(text.trim() || undefined);
  };
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        set();
      }}
    >
      <label>
        {label}
        <input
          className="button"
          type="search"
          value={text}
          list={offered.length > 0 ? list : undefined}
          onChange={(event) => setText(event.target.value)}
          onBlur={set}
        />
      </label>
      {offered.length > 0 ? (
        <datalist id={list}>
          {offered.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      ) : null}
    </form>
  );
}

function WorkflowField({ value, onSet }: { value: string; onSet: (value: string | undefined) => void }) {
  const { data } = useQuery({ queryKey: ["workflows"], queryFn: listWorkflows });
  const names = (data?.items ?? []).map(({ namespace, name }) => `${namespace}/${name}`);
  return (
    <label>
      Workflow
      <select className="button" value={value} onChange={(event) => onSet(event.target.value || undefined)}>
        <option value="">any workflow</option>
        {value && !names.includes(value) ? <option value={value}>{value}</option> : null}
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Its versions, once a workflow is chosen. */
function VersionField({ workflow, value, onSet }: { workflow: string; value: string; onSet: TypedProps["onSet"] }) {
  const [namespace = "", name = ""] = workflow.split("/");
  const { data } = useQuery({
    queryKey: ["workflow", namespace, name],
    queryFn: () => getWorkflow(namespace, name),
    enabled: name !== "" && !name.includes(":"),
  });
  if (!data || name.includes(":") || name === "") return null;
  const versions = data.items.map(({ version }) => version);
  return (
    <label>
      Version
      <select className="button" value={value} onChange={(event) => onSet(event.target.value || undefined)}>
        <option value="">every version</option>
        {value && !versions.includes(value) ? <option value={value}>{value}</option> : null}
        {versions.map((version) => (
          <option key={version} value={version}>
            {version}
          </option>
        ))}
      </select>
    </label>
  );
}

/** An empty field is one that is being typed: it counts when it is left, and then only where the other one still narrows. */
function Between({ search, setSearch }: { search: URLSearchParams; setSearch: SetSearch }) {
  return (
    <span className="times">
      {(["createdFrom", "createdTo"] as const).map((name) => (
        <label key={name}>
          {name === "createdFrom" ? "From (UTC)" : "Before (UTC)"}
          <input
            className="button"
            type="datetime-local"
            defaultValue={(search.get(name) ?? "").slice(0, 16)}
            onChange={({ target: { value } }) => {
              if (value) setSearch({ [name]: `${value}:00.000Z` });
            }}
            onBlur={({ target }) => {
              const { value, validity } = target;
              if (value) return;
              const other = search.get(name === "createdFrom" ? "createdTo" : "createdFrom");
              if (other && !validity.badInput) setSearch({ [name]: undefined });
              else target.value = (search.get(name) ?? "").slice(0, 16);
            }}
          />
        </label>
      ))}
    </span>
  );
}

function ColumnsButton() {
  const [search, setSearch] = useSearchState();
  const shown = columnsOf(search);
  return (
    <details
      className="columns"
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.open = false;
      }}
    >
      <summary className="button">Columns</summary>
      <div>
        {COLUMNS.map((column) => (
          <label key={column.name}>
            <input
              type="checkbox"
              checked={shown.includes(column)}
              onChange={() => setSearch({ columns: toggled(shown, column) })}
            />
            {column.title}
          </label>
        ))}
      </div>
    </details>
  );
}

/** As people read it. */
const wordOf = (name: string, value: string): string =>
  name === "saga" ? (SAGAS[value] ?? value) : value.replace(/:\d\d\.\d+Z$/, "").replace("T", " ");

const SAGAS: Readonly<Record<string, string>> = { compensated: "done", compensating: "under way", stuck: "stuck" };

/** How many have each status; each is a way to see these, alone or beside others. What links have narrowed besides can be taken away. */
export function StatusChips({ counts }: { counts: Counts | undefined }) {
  const [search, setSearch] = useSearchState();
  const status = search.get("status");
  const chosen = statusesOf(status);
  const number = (count: number): string => `${count.toLocaleString("en")}${counts?.atLeast ? "+" : ""}`;
  return (
    <fieldset className="chips">
      <legend className="visually-hidden">Status</legend>
      <button
        type="button"
        className="button chip"
        aria-pressed={chosen.length === 0}
        onClick={() => setSearch({ status: undefined })}
      >
        All {counts ? <b>{number(counts.total)}</b> : null}
      </button>
      {STATUSES.map((each) => {
        const { icon, word } = stateOf(each);
        return (
          <button
            key={each}
            type="button"
            className="button chip"
            aria-pressed={chosen.includes(each)}
            onClick={() => setSearch({ status: withStatus(status, each) })}
          >
            {icon ? <Icon name={icon} size={12} /> : null} {word}{" "}
            {counts ? <b>{number(counts.byStatus[each] ?? 0)}</b> : null}
          </button>
        );
      })}
      {Object.entries(OTHERS).map(([name, title]) =>
        search.get(name) ? (
          <button key={name} type="button" className="button chip" onClick={() => setSearch({ [name]: undefined })}>
            {title}: {wordOf(name, search.get(name) ?? "")} <Icon name="cross" size={11} />
            <span className="visually-hidden"> take this filter away</span>
          </button>
        ) : null,
      )}
    </fieldset>
  );
}

/** Two versions of a workflow: what differs, for whom, and where; drawn side by side, and as text. */
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo } from "react";
import { Link, useLocation } from "wouter";
import { compareText, compareVersions } from "../api/compatibility";
import { getDefinition } from "../api/definitions";
import { getWorkflow } from "../api/workflows";
import { useSearchState } from "../app/search";
import { parse } from "../document/parse";
import { Icon } from "../ui/Icon";
import { later } from "../ui/later";
import { Modes } from "../ui/Modes";
import { Notice } from "../ui/Notice";
import { workflowAddress } from "../workflows/addresses";
import { Findings } from "./Findings";
import { SidePicker } from "./SidePicker";
import { StepsSideBySide } from "./StepsSideBySide";
import { draftsOf, type KeptDraft, type Side, sidesOf, textOf } from "./sides";
import { Verdict } from "./Verdict";
import "./compare.css";

const TextSideBySide = later(() => import("./TextSideBySide"));

const VIEWS: readonly (readonly [view: "steps" | "text", word: string])[] = [
  ["steps", "Steps"],
  ["text", "Text"],
];

interface Props {
  readonly namespace: string;
  readonly name: string;
  /** `before...after`. */
  readonly sides: string;
}

export default function ComparePage({ namespace, name, sides }: Props) {
  const [search, setSearch] = useSearchState();
  const [, navigate] = useLocation();
  const [before, after] = useMemo(() => sidesOf(sides), [sides]);
  const drafts = useMemo(() => draftsOf(namespace, name), [namespace, name]);
  const named = { namespace, name };
  const { data: workflow, error: unknown } = useQuery({
    queryKey: ["workflow", namespace, name],
    queryFn: () => getWorkflow(namespace, name),
  });
  const one = useText(named, before, drafts);
  const other = useText(named, after, drafts);
  const { data: found, error: refused } = useComparison(named, before, after, other.text);
  const error = unknown ?? one.error ?? other.error ?? refused;
  const go = (now: Side, then: Side): void =>
    navigate(
      `${workflowAddress(named)}/compare/${[now, then].map(textOf).map(encodeURIComponent).join("...")}${location.search}`,
    );
  /** What is no step is seen in the text alone. */
  const open = (sel: string): void => setSearch(sel.slice(2).startsWith("/do/") ? { sel } : { sel, view: "text" });
  const asText = search.get("view") === "text";
  return (
    <div className="compare">
      <header className="designer-head">
        <nav className="crumbs" aria-label="Where you are">
          <Link href={workflowAddress(named)}>
            {namespace} / {name} /
          </Link>
          <h1>Compare</h1>
        </nav>
        <div className="compare-sides">
          <SidePicker
            label="Earlier version"
            side={before}
            versions={workflow?.items ?? []}
            drafts={[]}
            onPick={(side) => go(side, after)}
          />
          <button
            type="button"
            className="button"
            disabled={after.kind === "draft"}
            title={after.kind === "draft" ? "A draft is always the later one" : "Swap"}
            onClick={() => go(after, before)}
          >
            <Icon name="swap" size={15} />
            <span className="visually-hidden">Swap</span>
          </button>
          <SidePicker
            label="Later version"
            side={after}
            versions={workflow?.items ?? []}
            drafts={drafts}
            onPick={(side) => go(before, side)}
          />
        </div>
        <div className="designer-tools">
          <Modes
            title="View"
            chosen={asText ? "text" : "steps"}
            of={VIEWS}
            onChoose={(view) => setSearch({ view: view === "text" ? view : undefined })}
          />
        </div>
      </header>
      <div className="compare-body">
        <aside className="compare-summary" aria-label="What differs">
          {error ? <Notice error={error} /> : null}
          {found ? <Verdict found={found} /> : error ? null : <p className="muted">Comparing …</p>}
          {found ? <Findings found={found} onOpen={open} /> : null}
        </aside>
        <div className="compare-main">
          {one.text === undefined || other.text === undefined ? null : asText ? (
            <Suspense fallback={<p className="loading">Loading …</p>}>
              <TextSideBySide before={one.text} after={other.text} chosen={search.get("sel")} />
            </Suspense>
          ) : (
            <Drawn before={one.text} after={other.text} names={[told(before), told(after)]} />
          )}
        </div>
      </div>
    </div>
  );
}

function Drawn({ before, after, names }: { before: string; after: string; names: readonly [string, string] }) {
  const models = useMemo(() => [parse(before), parse(after)] as const, [before, after]);
  return <StepsSideBySide before={models[0]} after={models[1]} names={names} />;
}

const told = (side: Side): string => (side.kind === "version" ? side.version : "your draft");

interface Named {
  readonly namespace: string;
  readonly name: string;
}

interface Text {
  readonly text: string | undefined;
  readonly error: Error | null;
}

function useText({ namespace, name }: Named, side: Side, drafts: readonly KeptDraft[]): Text {
  const version = side.kind === "version" ? side.version : "";
  const { data, error } = useQuery({
    queryKey: ["definition", namespace, name, version],
    queryFn: () => getDefinition(namespace, name, version),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: version !== "",
  });
  if (side.kind === "version") return { text: data?.text, error };
  const text = drafts.find((each) => textOf(each.side) === textOf(side))?.text;
  return {
    text,
    error: text === undefined ? new Error("this browser keeps no such draft; it may be published by now") : null,
  };
}

function useComparison(named: Named, before: Side, after: Side, text: string | undefined) {
  const version = before.kind === "version" ? before.version : "";
  return useQuery({
    queryKey: ["comparison", named, version, after.kind === "version" ? after : text],
    queryFn: ({ signal }) =>
      after.kind === "version"
        ? compareVersions({ ...named, version }, after.version)
        : compareText({ ...named, version }, text ?? "", signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: version !== "" && (after.kind === "version" ? after.version !== "" : text !== undefined),
  });
}

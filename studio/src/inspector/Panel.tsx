/** Tabs of fields over one map of the document, with what the server finds wrong on each. */
import { Tabs } from "radix-ui";
import { type ReactNode, useState } from "react";
import type { Diagnostic } from "../api/http";
import type { Path } from "../document/task";
import { Icon } from "../ui/Icon";
import type { Member } from "./fields";
import { ProblemNotes } from "./ProblemNotes";
import { claimed, unclaimed } from "./problems";
import { useScope } from "./scope";

export interface Tab {
  readonly name: string;
  /** What it shows, to tell which problems stand on it. */
  readonly members: readonly Member[];
  /** What it is for, in a sentence. */
  readonly about?: string;
  /** What is wrong beyond its members. */
  readonly further?: readonly Diagnostic[];
  readonly content: ReactNode;
}

export function Panel({ label, base, tabs }: { label: string; base: Path; tabs: readonly Tab[] }) {
  const { problems } = useScope();
  const [open, setOpen] = useState(tabs[0]?.name ?? "");
  const others = unclaimed(
    problems,
    base,
    tabs.flatMap((each) => each.members),
  );
  return (
    <Tabs.Root value={open} onValueChange={setOpen}>
      <Tabs.List className="tabs" aria-label={label}>
        {tabs.map((each) => (
          <Tabs.Trigger key={each.name} value={each.name}>
            {each.name} <Count problems={[...claimed(problems, base, each.members), ...(each.further ?? [])]} />
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <ProblemNotes problems={others} />
      {tabs.map((each) => (
        <Tabs.Content key={each.name} value={each.name} tabIndex={-1}>
          {each.about ? <p className="muted about">{each.about}</p> : null}
          {each.content}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

function Count({ problems }: { problems: readonly Diagnostic[] }) {
  if (problems.length === 0) return null;
  const wrong = problems.some((each) => each.severity === "error");
  return (
    <span className={wrong ? "problem-error" : "problem-warning"}>
      <Icon name={wrong ? "cross" : "alert"} size={12} />
      <span className="visually-hidden">
        {problems.length} problem{problems.length === 1 ? "" : "s"}
      </span>
    </span>
  );
}

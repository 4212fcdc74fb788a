/** What is published already, what the draft changes, under which number it is to go, and the publishing itself. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Compatibility, compareText } from "../api/compatibility";
import { type DefinitionEntry, publishDefinition } from "../api/definitions";
import { Refused } from "../api/http";
import { getWorkflow, type Workflow, type WorkflowVersion } from "../api/workflows";
import type { Draft, Shown } from "../designer/draft";
import { setMember } from "../document/edits/members";
import { bumped, compare, isEnough, isPrerelease, isVersion } from "./versions";

const NOT_FOUND = 404;

export interface Publishing {
  readonly ready: boolean;
  readonly unknown: Error | null;
  readonly workflow: Workflow | undefined;
  /** What the draft is compared with. */
  readonly base: WorkflowVersion | undefined;
  readonly setBase: (version: string) => void;
  readonly found: Compatibility | undefined;
  readonly refused: Error | null;
  readonly version: string;
  readonly setVersion: (version: string) => void;
  /** What is to be said of the version that is chosen; it may be published all the same but where it is none or taken. */
  readonly doubt: string | undefined;
  readonly impossible: boolean;
  readonly publish: () => void;
  readonly isPending: boolean;
  readonly error: Error | null;
  /** What was published, and what it was compared with. */
  readonly published: { readonly entry: DefinitionEntry; readonly before: string | undefined } | undefined;
}

export function usePublishing(draft: Draft, shown: Shown): Publishing {
  const client = useQueryClient();
  const { namespace, name, version: own } = shown.drawn.heading;
  const [chosenBase, setBase] = useState<string>();
  const [typed, setVersion] = useState<string>();
  const known = useQuery({ queryKey: ["workflow", namespace, name], queryFn: () => getWorkflow(namespace, name) });
  const none = known.error instanceof Refused && known.error.problem.status === NOT_FOUND;
  const items = none ? [] : (known.data?.items ?? []);
  const base = items.find((each) => each.version === chosenBase) ?? highest(items);
  const comparison = useQuery({
    queryKey: ["comparison", { namespace, name }, base?.version, shown.text],
    queryFn: ({ signal }) => compareText({ namespace, name, version: base?.version ?? "" }, shown.text, signal),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: base !== undefined,
  });
  const found = comparison.data;
  const version = typed ?? proposed(own, base, items, found);
  const publishing = useMutation({
    mutationFn: async () => {
      if (version !== draft.snapshot().drawn.heading.version)
        draft.apply(setMember(draft.snapshot().drawn, ["document", "version"], version));
      const { text } = draft;
      return { text, entry: await publishDefinition(draft.written), before: base?.version };
    },
    onSuccess: ({ text }) => {
      draft.settle(text);
      void client.invalidateQueries({ queryKey: ["workflows"] });
      void client.invalidateQueries({ queryKey: ["workflow", namespace, name] });
    },
    retry: (failures, error) => !(error instanceof Refused) && failures < 2,
  });
  return {
    ready:
      none || (known.data !== undefined && (base === undefined || found !== undefined || comparison.error !== null)),
    unknown: none ? null : known.error,
    workflow: none ? undefined : known.data,
    base,
    setBase,
    found,
    refused: comparison.error,
    version,
    setVersion,
    doubt: doubtOf(version, base, items, found),
    impossible: !isVersion(version),
    publish: () => publishing.mutate(),
    isPending: publishing.isPending,
    error: publishing.error,
    published: publishing.data,
  };
}

/** The highest release; of prereleases alone the highest. The versions stand highest first. */
const highest = (items: readonly WorkflowVersion[]): WorkflowVersion | undefined =>
  items.find((each) => !isPrerelease(each.version)) ?? items[0];

/** The draft's own number, where it is free and goes far enough; otherwise the next one that does, and is free. */
function proposed(
  own: string,
  base: WorkflowVersion | undefined,
  items: readonly WorkflowVersion[],
  found: Compatibility | undefined,
): string {
  if (base === undefined) return own;
  const taken = new Set(items.map((each) => each.version));
  const needed = found?.bumpNeeded ?? "patch";
  if (!taken.has(own) && isEnough(base.version, own, needed)) return own;
  let next = bumped(base.version, needed);
  while (taken.has(next)) next = bumped(next, needed === "major" ? "minor" : "patch");
  return next;
}

function doubtOf(
  version: string,
  base: WorkflowVersion | undefined,
  items: readonly WorkflowVersion[],
  found: Compatibility | undefined,
): string | undefined {
  if (!isVersion(version)) return "A version is three numbers with dots between them, as 1.2.0.";
  if (items.some((each) => each.version === version))
    return `${version} is published already. Only the very same content may be published under it again.`;
  if (base === undefined) return undefined;
  if (compare(version, base.version) < 0) return `${version} is lower than ${base.version}, which stays the newest.`;
  if (found && !isEnough(base.version, version, found.bumpNeeded))
    return `The changes ask for ${bumped(base.version, found.bumpNeeded)} or higher: whoever takes ${version} relies on less having changed.`;
  return undefined;
}

/** A debug session of the instance that a page shows. */
import { useMemo } from "react";
import type { Actions } from "../canvas/actions";
import { type Breakpoints, boxOf, breakpointAt, useBreakpoints } from "./breakpoints";
import { useGoingKeys } from "./keys";
import { type Debugging, useSession } from "./useSession";

export interface InstanceDebug {
  readonly debugging: Debugging;
  readonly breakpoints: Breakpoints;
  readonly boxes: ReadonlySet<string>;
  readonly actions: Actions;
}

/** `workflow` with its version: an instance keeps its own. */
export function useInstanceDebug(workflow: string): InstanceDebug {
  const breakpoints = useBreakpoints(workflow);
  const debugging = useSession(breakpoints.all);
  const { session, over, go } = debugging;
  useGoingKeys(session !== undefined && over === undefined, session?.state === "stopped", go);
  const { all, toggle } = breakpoints;
  return {
    debugging,
    breakpoints,
    boxes: useMemo(() => new Set(all.flatMap((each) => boxOf(each) ?? [])), [all]),
    actions: useMemo(() => ({ breakAt: (id) => toggle(breakpointAt(id)) }), [toggle]),
  };
}

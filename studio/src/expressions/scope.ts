/** The step whose expressions are being written. Whoever shows fields for them says which it is. */
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { type Visible, visible } from "../api/expressions";

export interface Scope {
  /** The text as it stands. */
  readonly document: string;
  /** Id of the step. */
  readonly task: string;
  /** What flows into the workflow, where the person has given a sample. */
  readonly input?: unknown;
  /** `namespace/name`: instances of it may lend their data. */
  readonly workflow?: string;
  /** The one that does, and what chooses it. */
  readonly instance?: string | undefined;
  readonly onInstance?: (id: string | undefined) => void;
}

export const ExpressionScope = createContext<Scope | undefined>(undefined);

/** The step as the server names it: in the form that authors write. */
export const pointerOf = (scope: Scope | undefined): string =>
  // A step may be called `metadata`: the member is what follows a step's name, which follows a number.
  scope?.task.replace(/(\/\d+\/[^/]+)\/metadata\/compensate(?=\/)/g, "$1/compensate") ?? "";

/** What the expressions of the step can see; asked for once somebody writes one. */
export function useVisible(wanted: boolean): Visible | undefined {
  const scope = useContext(ExpressionScope);
  const task = pointerOf(scope);
  const { data } = useQuery<Visible>({
    queryKey: ["visible", scope?.document, task, scope?.input],
    queryFn: ({ signal }) => {
      const { document, input } = scope as Scope;
      return visible({ document, task, ...(input === undefined ? {} : { input }) }, signal);
    },
    enabled: wanted && scope !== undefined,
    placeholderData: (before) => (before?.task === task ? before : undefined),
    gcTime: 60_000,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

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
}

export const ExpressionScope = createContext<Scope | undefined>(undefined);

/** What the expressions of the step can see; asked for once somebody writes one. */
export function useVisible(wanted: boolean): Visible | undefined {
  const scope = useContext(ExpressionScope);
  // The server names tasks as they are in the form that authors write.
  const task = scope?.task.replaceAll("/metadata/compensate", "/compensate") ?? "";
  const { data } = useQuery<Visible>({
    queryKey: ["visible", scope?.document, task, scope?.input],
    queryFn: ({ signal }) => visible({ ...(scope as Scope), task }, signal),
    enabled: wanted && scope !== undefined,
    placeholderData: (before) => (before?.task === task ? before : undefined),
    gcTime: 60_000,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

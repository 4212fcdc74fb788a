/** What completion and explanation know of the server, and whether they must wait for it. */
import { type QueryKey, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { workflowSchema } from "../api/schemas";
import type { Draft } from "../designer/draft";
import { FUNCTIONS, useRegistered } from "../inspector/useRegistered";
import type { Assisting } from "./assistance";

const SCHEMA = queryOptions({
  queryKey: ["schema", "workflow"],
  queryFn: ({ signal }) => workflowSchema(signal),
  // The language does not change while the page is open.
  staleTime: Number.POSITIVE_INFINITY,
});

/** Asks for both as soon as the text is shown; who completes a word before they are there is answered when they are. */
export function useAssisting(draft: Draft): () => Assisting {
  useQuery(SCHEMA);
  useRegistered();
  const client = useQueryClient();
  return useMemo(() => {
    const isAwaited = (queryKey: QueryKey): boolean => client.getQueryState(queryKey)?.status === "pending";
    return () => ({
      schema: client.getQueryData(SCHEMA.queryKey),
      model: draft.snapshot().drawn,
      registered: client.getQueryData(FUNCTIONS.queryKey) ?? [],
      awaited:
        isAwaited(SCHEMA.queryKey) || isAwaited(FUNCTIONS.queryKey)
          ? // What cannot be had is done without.
            Promise.allSettled([client.ensureQueryData(SCHEMA), client.ensureQueryData(FUNCTIONS)])
          : undefined,
    });
  }, [client, draft]);
}

import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { listFunctions, type ServerFunction } from "../api/functions";

const NONE: readonly ServerFunction[] = [];
const FRESH_MS = 60_000;

export const FUNCTIONS = queryOptions({
  queryKey: ["functions"],
  queryFn: ({ signal }) => listFunctions(signal),
  staleTime: FRESH_MS,
  retry: false,
});

/** The functions of the server; none while they are not known: a name can be typed all the same. */
export function useRegistered(): readonly ServerFunction[] {
  return useQuery(FUNCTIONS).data ?? NONE;
}

/** The names of those that change nothing: a call of one needs no undo. */
export function useReadOnly(): ReadonlySet<string> {
  const registered = useRegistered();
  return useMemo(() => new Set(registered.filter((each) => each.readOnly).map((each) => each.name)), [registered]);
}

/** The trial of the text as it stands, anew whenever the text or what is supposed changes. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Supposed, whatIf } from "../api/rehearsals";

export function useWhatIf(supposed: Supposed, enabled: boolean) {
  return useQuery({
    // While nothing is asked, no text is kept for it.
    queryKey: enabled ? ["what-if", supposed] : ["what-if"],
    queryFn: ({ signal }) => whatIf(supposed, signal),
    enabled,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

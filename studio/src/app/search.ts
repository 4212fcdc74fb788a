/** What is selected and how it is shown lives in the address, so that it can be shared and gone back from. */
import { useCallback } from "react";
import { useLocation, useSearch } from "wouter";

export type SetSearch = (changes: Readonly<Record<string, string | undefined>>, options?: { push?: boolean }) => void;

export function useSearchState(): [URLSearchParams, SetSearch] {
  useSearch(); // for its changes; what it gives is decoded already, and would be once more
  const [, navigate] = useLocation();
  const set = useCallback<SetSearch>(
    (changes, options) => {
      const next = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) next.delete(name);
        else next.set(name, value);
      }
      const text = next.toString();
      navigate(`${location.pathname}${text ? `?${text}` : ""}`, { replace: !options?.push });
    },
    [navigate],
  );
  return [new URLSearchParams(location.search), set];
}

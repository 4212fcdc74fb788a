/** What the server says of the text, a moment after the last change. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { validateDefinition } from "../api/definitions";
import type { Diagnostic } from "../api/http";

const PAUSE_MS = 250;

export interface Checked {
  /** `undefined` while nothing is known. */
  readonly diagnostics: readonly Diagnostic[] | undefined;
  /** Whether they are about the text as it stands. */
  readonly current: boolean;
  /** Why nothing new is known. */
  readonly error: Error | null;
}

export function useValidation(text: string): Checked {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ["validation", asked],
    queryFn: ({ signal }) => validateDefinition(asked, signal),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    // The server may be away for a while; what was typed meanwhile is checked when it is back.
    refetchInterval: (query) => (query.state.error ? 3_000 : false),
  });
  return { diagnostics: data?.diagnostics, current: asked === text && !isPlaceholderData, error };
}

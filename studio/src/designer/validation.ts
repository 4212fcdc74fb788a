/** What the server says of the text, a moment after the last change. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { validateDefinition } from "../api/definitions";
import type { Diagnostic } from "../api/http";

const PAUSE_MS = 250;

/** `undefined` while nothing is known. */
export function useValidation(text: string): readonly Diagnostic[] | undefined {
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data } = useQuery({
    queryKey: ["validation", asked],
    queryFn: ({ signal }) => validateDefinition(asked, signal),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  return data?.diagnostics;
}

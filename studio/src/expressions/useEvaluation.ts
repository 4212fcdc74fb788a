/** What an expression gives on the sample data of its step, a moment after it was typed last. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Evaluated, evaluate, type Stage } from "../api/expressions";
import type { Place } from "./place";

const PAUSE_MS = 250;

/** Whether the whole text is one expression: what is no expression is taken as it is. */
export const isExpression = (text: string, place: Place): boolean =>
  /^\s*\$\{[\s\S]+\}\s*$/.test(text) || (place !== "argument" && text.trim() !== "");

export interface Evaluation {
  readonly expression: string;
  readonly evaluated: Evaluated | undefined;
  /** Why it is not known: the server is away, or refuses. */
  readonly error: Error | null;
}

export function useEvaluation(text: string, place: Place, stage: Stage | undefined): Evaluation {
  const [expression, setExpression] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setExpression(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error } = useQuery({
    queryKey: ["evaluation", expression, stage],
    // A request that nobody waits for any more is taken back.
    queryFn: ({ signal }) => evaluate(expression, stage as Stage, signal),
    enabled: stage !== undefined && isExpression(expression, place),
    placeholderData: keepPreviousData,
    gcTime: 10_000,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { expression, evaluated: isExpression(text, place) ? data : undefined, error };
}

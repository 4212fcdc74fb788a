/** What the expressions of a step can see, and where the data come from: a real instance, a trial, or types alone. */
import { useQuery } from "@tanstack/react-query";
import { useContext, useMemo } from "react";
import type { Stage, Visible } from "../api/expressions";
import { getSeen } from "../api/moments";
import type { Place } from "./place";
import { ExpressionScope, pointerOf, useVisible } from "./scope";

/** `missed`: the instance that was chosen has not come to the step, or not so far. */
export type Origin = "instance" | "trial" | "types" | "missed";

export interface Known {
  readonly visible: Visible | undefined;
  readonly stage: Stage | undefined;
  readonly origin: Origin;
}

export function useKnown(wanted: boolean, place: Place): Known {
  const scope = useContext(ExpressionScope);
  const visible = useVisible(wanted);
  const instance = scope?.instance;
  const task = pointerOf(scope);
  const { data: seen, isError } = useQuery({
    queryKey: ["seen", instance, task],
    queryFn: ({ signal }) => getSeen(instance as string, task, signal),
    enabled: wanted && instance !== undefined,
    retry: false,
    gcTime: 60_000,
  });
  const supposed = visible?.stages[place];
  const real = instance === undefined ? undefined : seen?.stages[place];
  const stage = useMemo((): Stage | undefined => {
    if (!real) return supposed;
    return { shape: {}, shapes: {}, ...supposed, data: real.data, variables: real.variables };
  }, [supposed, real]);
  const supposedFrom = visible?.reached ? "trial" : "types";
  const missed = instance !== undefined && (isError || seen !== undefined);
  return { visible, stage, origin: real ? "instance" : missed ? "missed" : supposedFrom };
}

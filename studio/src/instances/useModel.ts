/** The document of an instance, read for its drawing. A published version never changes. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getDefinition } from "../api/definitions";
import { parse } from "../document/parse";

/** `workflow` is `namespace/name:version`. */
export function useModel(workflow: string): { model: ReturnType<typeof parse> | undefined; error: Error | null } {
  const [path = "", version = ""] = workflow.split(":");
  const [namespace = "", name = ""] = path.split("/");
  const { data, error } = useQuery({
    queryKey: ["definition", namespace, name, version],
    queryFn: () => getDefinition(namespace, name, version),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const model = useMemo(() => (data ? parse(data.text) : undefined), [data]);
  return { model, error };
}

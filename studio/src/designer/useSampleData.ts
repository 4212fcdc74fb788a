/** The instance that lends its data to whoever writes expressions; the address of the page says which. */
import { useMemo } from "react";
import { useSearchState } from "../app/search";
import type { Model } from "../document/task";

export function useSampleData({ heading: { namespace, name } }: Model) {
  const [search, setSearch] = useSearchState();
  const instance = search.get("data") ?? undefined;
  return useMemo(
    () => ({
      workflow: `${namespace}/${name}`,
      instance,
      onInstance: (id: string | undefined): void => setSearch({ data: id }),
    }),
    [namespace, name, instance, setSearch],
  );
}

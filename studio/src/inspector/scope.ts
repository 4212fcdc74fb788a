/** What all fields of a panel share: the text that they change, and what is known about it. */
import { createContext, useContext } from "react";
import type { Diagnostic } from "../api/http";
import { meantAt, plainAt } from "../document/aliases";
import type { Edit } from "../document/splice";
import type { Model, Path } from "../document/task";
import type { Names } from "./names";

export interface Scope {
  readonly model: Model;
  readonly apply: (edit: Edit) => void;
  readonly onSelect: (id: string | undefined) => void;
  readonly names: Names;
  /** What the server finds wrong with what the panel shows. */
  readonly problems: readonly Diagnostic[];
}

export const ScopeContext = createContext<Scope | undefined>(undefined);

export function useScope(): Scope {
  const scope = useContext(ScopeContext);
  if (!scope) throw new Error("a field stands in a panel");
  return scope;
}

/** What stands at a path, as plain data; `undefined` where nothing does. */
export const valueAt = (model: Model, path: Path): unknown => plainAt(model, path);

export const isThere = (model: Model, path: Path): boolean => meantAt(model, path) !== undefined;

/** Fields of what an alias stands for. They show it; it is written elsewhere, and others may use it too. */
import { createContext, type ReactNode, useContext } from "react";
import { aliasOn } from "../document/aliases";
import type { Path } from "../document/task";
import { useScope } from "./scope";

const LockedContext = createContext(false);

/** Whether fields are shown that cannot be changed here. */
export const useLocked = (): boolean => useContext(LockedContext);

/** `path`: of the map or the list that the fields are about. */
export function Locked({ path, children }: { path: Path; children: ReactNode }) {
  const { model } = useScope();
  const around = useLocked();
  // Said once, at the outermost.
  if (around || !aliasOn(model, path)) return children;
  return (
    <LockedContext.Provider value={true}>
      <p className="muted about">Written by an alias: change it in the text.</p>
      <fieldset className="locked" disabled>
        {children}
      </fieldset>
    </LockedContext.Provider>
  );
}

import { useId } from "react";
import { useTyped } from "./fields/useTyped";

/** The name of a step. */
export function NameField({ value, onRename }: { value: string; onRename: (wanted: string) => void }) {
  const id = useId();
  const typed = useTyped(value, (wanted) => {
    if (wanted.trim()) onRename(wanted.trim());
  });
  return (
    <div className="field">
      <label htmlFor={id}>Name</label>
      <input id={id} spellCheck={false} autoComplete="off" {...typed} />
    </div>
  );
}

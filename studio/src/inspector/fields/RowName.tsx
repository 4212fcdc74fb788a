import { useState } from "react";
import { useTyped } from "./useTyped";

interface Props {
  readonly label: string;
  readonly name: string;
  readonly taken: readonly string[];
  readonly onRename: (name: string) => void;
}

/** The name of an entry. One that is taken is refused, and stays in the field. */
export function RowName({ label, name, taken, onRename }: Props) {
  const [refused, setRefused] = useState<string>();
  const typed = useTyped(name, (wanted) => {
    const problem =
      wanted.trim() === "" ? "It needs a name." : taken.includes(wanted.trim()) ? "That name is taken." : undefined;
    setRefused(problem);
    if (!problem) onRename(wanted.trim());
  });
  return (
    <span className="row-name">
      <input
        className="code"
        aria-label={label}
        aria-invalid={refused ? true : undefined}
        spellCheck={false}
        autoComplete="off"
        {...typed}
      />
      {refused ? (
        <small className="problem-error" role="alert">
          {refused}
        </small>
      ) : null}
    </span>
  );
}

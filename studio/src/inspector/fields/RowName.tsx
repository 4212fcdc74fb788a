import { useChecked } from "./useTyped";

interface Props {
  readonly label: string;
  readonly name: string;
  readonly taken: readonly string[];
  readonly onRename: (name: string) => void;
}

/** The name of an entry. One that is taken is refused, and stays in the field. */
export function RowName({ label, name, taken, onRename }: Props) {
  const { typed, refused } = useChecked(name, (wanted) => {
    if (wanted.trim() === "") return "It needs a name.";
    if (taken.includes(wanted.trim())) return "That name is taken.";
    onRename(wanted.trim());
    return undefined;
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

import { useEffect, useId, useState } from "react";

interface Props {
  readonly label: string;
  readonly value: string;
  /** Called when the field is left, or on Enter, where the value has changed. */
  readonly onCommit: (value: string) => void;
  readonly hint?: string;
  readonly code?: boolean;
}

/** A field that changes the document once, not with each letter. Escape takes back what was typed. */
export function TextField({ label, value, onCommit, hint, code }: Props) {
  const [typed, setTyped] = useState(value);
  const id = useId();
  useEffect(() => setTyped(value), [value]);
  const commit = (): void => {
    if (typed !== value) onCommit(typed);
  };
  return (
    <label className="field">
      <span>{label}</span>
      <input
        value={typed}
        className={code ? "code" : undefined}
        spellCheck={false}
        aria-describedby={hint ? id : undefined}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setTyped(value);
        }}
      />
      {hint ? (
        <small id={id} className="muted">
          {hint}
        </small>
      ) : null}
    </label>
  );
}

import type { Controlled } from "./controlled";
import { linesOf, useTyped } from "./useTyped";

/** Whether a value is computed: `${ ... }`. */
export const isExpression = (value: unknown): boolean =>
  typeof value === "string" && /^\s*\$\{[\s\S]*\}\s*$/.test(value);

/** A text that may be computed instead: the button makes an expression of it. */
export function MaybeExpression({ id, describedBy, value, onCommit }: Controlled) {
  const text = value === undefined || value === null ? "" : String(value);
  const typed = useTyped(text, (wanted) => onCommit(wanted));
  const shared = { id, "aria-describedby": describedBy, spellCheck: false };
  return (
    <div className="maybe-expression">
      {text.includes("\n") ? (
        <textarea {...shared} {...typed} rows={linesOf(typed.value, 2)} />
      ) : (
        <input {...shared} {...typed} autoComplete="off" />
      )}
      <Compute onClick={() => onCommit(computing(text))} />
    </div>
  );
}

/** Makes an expression of a value. */
export function Compute({ onClick }: { onClick: () => void }) {
  return (
    <button
      type="button"
      className="compute"
      title="Compute it with an expression"
      aria-label="Compute it with an expression"
      onClick={onClick}
    >
      {"${ }"}
    </button>
  );
}

/** The expression that gives a value as it is. */
export const computing = (value: unknown): string =>
  value === undefined || value === "" ? "${ . }" : `\${ ${JSON.stringify(value)} }`;

import { useId } from "react";
import type { Option } from "../fields";
import type { Controlled } from "./controlled";
import { linesOf, useTyped } from "./useTyped";

interface Props extends Controlled {
  readonly code: boolean;
  readonly long: boolean;
  readonly suggested: readonly Option[];
}

/** A text, on one line or on several where it has several. */
export function TextInput({ id, describedBy, value, onCommit, code, long, suggested }: Props) {
  const text = value === undefined || value === null ? "" : String(value);
  const typed = useTyped(text, (wanted) => onCommit(wanted));
  const list = useId();
  const shared = { id, "aria-describedby": describedBy, className: code ? "code" : undefined, spellCheck: !code };
  if (long || text.includes("\n")) return <textarea {...shared} {...typed} rows={linesOf(typed.value, 3)} />;
  return (
    <>
      <input {...shared} {...typed} list={suggested.length > 0 ? list : undefined} autoComplete="off" />
      {suggested.length > 0 ? (
        <datalist id={list}>
          {suggested.map((each) => (
            <option key={each.value} value={each.value}>
              {each.label === each.value ? undefined : each.label}
            </option>
          ))}
        </datalist>
      ) : null}
    </>
  );
}

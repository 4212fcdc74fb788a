import { useState } from "react";
import { isFault, setSource, sourceOf } from "../../document/edits/source";
import type { Path } from "../../document/task";
import { useScope } from "../scope";
import type { Controlled } from "./controlled";
import { Compute, computing } from "./MaybeExpression";
import { readScalar, shownScalar } from "./scalars";
import { linesOf, useTyped } from "./useTyped";

/** Any value: a text, a number, or YAML of several lines. What is no YAML stays in the field and is told. */
export function ValueField({ id, describedBy, value, onCommit, path }: Controlled & { readonly path: Path }) {
  const { model, apply } = useScope();
  const [refused, setRefused] = useState<string>();
  const composite = typeof value === "object" && value !== null;
  const inList = typeof path.at(-1) === "number";
  const shown = composite && !inList ? sourceOf(model, path) : shownScalar(value);
  const typed = useTyped(shown, (text) => {
    const read = readScalar(text);
    if (read !== undefined && !composite) {
      setRefused(undefined);
      onCommit(read.value);
      return;
    }
    const edit = inList ? undefined : setSource(model, path, text);
    if (edit === undefined) {
      setRefused("Here a single value stands; change more of it in the text.");
    } else if (isFault(edit)) setRefused(edit.message);
    else {
      setRefused(undefined);
      apply(edit);
    }
  });
  return (
    <>
      <div className={composite ? undefined : "maybe-expression"}>
        <textarea
          id={id}
          className="code"
          spellCheck={false}
          rows={linesOf(typed.value)}
          aria-describedby={[describedBy, refused ? `${id}-refused` : ""].filter(Boolean).join(" ") || undefined}
          aria-invalid={refused ? true : undefined}
          {...typed}
        />
        {composite ? null : <Compute onClick={() => onCommit(computing(value))} />}
      </div>
      {refused ? (
        <small id={`${id}-refused`} className="problem-error" role="alert">
          {refused}
        </small>
      ) : null}
    </>
  );
}

import { parseDocument } from "yaml";
import { isFault, setSource, sourceOf } from "../../document/edits/source";
import type { Path } from "../../document/task";
import { isPlain } from "../fields";
import { useScope } from "../scope";
import type { Controlled } from "./controlled";
import { Compute, computing } from "./MaybeExpression";
import { Refused, refusal } from "./Refused";
import { readScalar, shownScalar } from "./scalars";
import { linesOf, useChecked } from "./useTyped";

interface Props extends Controlled {
  readonly path: Path;
  /** Whether it must be a list of steps. */
  readonly steps?: boolean;
}

/** Any value: a text, a number, or YAML of several lines. What is no YAML stays in the field and is told. */
export function ValueField({ id, describedBy, value, onCommit, path, steps }: Props) {
  const { model, apply } = useScope();
  const composite = typeof value === "object" && value !== null;
  const shown = composite ? sourceOf(model, path) : shownScalar(value);
  const { typed, refused } = useChecked(shown, (text) => {
    if (steps && !isSteps(text)) return "Steps, please, as in the text: - name: { set: { done: true } }";
    const read = readScalar(text);
    if (read !== undefined && !composite) {
      onCommit(read.value);
      return undefined;
    }
    const edit = setSource(model, path, text);
    if (isFault(edit)) return edit.message;
    apply(edit);
    return undefined;
  });
  return (
    <>
      <div className={composite || steps ? undefined : "maybe-expression"}>
        <textarea
          id={id}
          className="code"
          spellCheck={false}
          rows={linesOf(typed.value)}
          {...refusal(id, refused, describedBy)}
          {...typed}
        />
        {composite || steps ? null : <Compute onClick={() => onCommit(computing(value))} />}
      </div>
      <Refused field={id} reason={refused} />
    </>
  );
}

/** A list of maps of one member each, in which a task stands. */
function isSteps(text: string): boolean {
  const read = parseDocument(text, { version: "1.2" });
  const value: unknown = read.errors.length > 0 ? undefined : read.toJS();
  const isStep = (each: unknown): boolean => {
    const tasks = isPlain(each) ? Object.values(each) : [];
    return tasks.length === 1 && isPlain(tasks[0]);
  };
  return Array.isArray(value) && value.length > 0 && value.every(isStep);
}

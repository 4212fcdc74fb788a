/** What the server says is wrong with the document, each with the way to it, and with what would mend it. */
import { memo, useMemo } from "react";
import type { Diagnostic } from "../api/http";
import type { Edit } from "../document/splice";
import type { Model } from "../document/task";
import { fixesOf } from "../editor/fixes";
import { Icon } from "../ui/Icon";
import { useOncePainted } from "../ui/painted";

interface Props {
  readonly diagnostics: readonly Diagnostic[];
  /** The text that they are about; `undefined` while it has changed since. */
  readonly model: Model | undefined;
  readonly onOpen: (diagnostic: Diagnostic) => void;
  /** `of`: the text that it would mend, for that may have changed. */
  readonly onFix: (edit: Edit, of: Model, about: Diagnostic) => void;
}

/** An edit elsewhere is seen before the fixes go that it makes useless. */
export function Problems({ model, ...rest }: Props) {
  return <Listed model={useOncePainted(model)} {...rest} />;
}

const Listed = memo(({ diagnostics, model, onOpen, onFix }: Props) => {
  const listed = useMemo(
    () => diagnostics.map((each) => ({ each, fixes: model ? fixesOf(each, model) : [] })),
    [diagnostics, model],
  );
  if (diagnostics.length === 0) return null;
  return (
    <section className="problems" aria-label="Problems">
      <ul>
        {listed.map(({ each, fixes }) => (
          <li key={`${each.code}${each.line}:${each.column}${each.message}`}>
            <button type="button" className="problem" onClick={() => onOpen(each)}>
              <span className={each.severity === "error" ? "problem-error" : "problem-warning"}>
                <Icon name={each.severity === "error" ? "cross" : "alert"} size={14} />
              </span>
              <span>
                <Worded text={each.message} />
                {each.hint && fixes.length === 0 ? (
                  <small className="muted">
                    <Worded text={each.hint} />
                  </small>
                ) : null}
              </span>
              <code className="muted">
                {each.line === null ? "" : `${each.line}:${each.column} `}
                {each.code}
              </code>
            </button>
            {model
              ? fixes.map((fix) => (
                  <button
                    key={fix.title}
                    type="button"
                    className="button fix"
                    onClick={() => onFix(fix.edit, model, each)}
                  >
                    {fix.title}
                  </button>
                ))
              : null}
          </li>
        ))}
      </ul>
    </section>
  );
});

/** What stands in backticks is code. Its places in the text are all that tell its parts apart. */
function Worded({ text }: { text: string }) {
  const parts = text.split("`").map((part, index) => ({ part, at: `${index}`, code: index % 2 === 1 }));
  return parts.map(({ part, at, code }) => (code ? <code key={at}>{part}</code> : part));
}

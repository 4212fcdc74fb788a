/** Text in Markdown: shown as it reads, and as it is written while it is changed. */
import { Suspense, useEffect, useRef, useState } from "react";
import { Icon } from "../../ui/Icon";
import { later } from "../../ui/later";
import type { Controlled } from "./controlled";
import { linesOf, useTyped } from "./useTyped";

const Reading = later(() => import("./Reading"));

export function MarkdownField({ id, describedBy, value, onCommit }: Controlled) {
  const text = value === undefined || value === null ? "" : String(value);
  const [writing, setWriting] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const typed = useTyped(text, (wanted) => onCommit(wanted));
  useEffect(() => {
    if (writing) field.current?.focus();
  }, [writing]);
  if (writing || text.trim() === "") {
    return (
      <textarea
        ref={field}
        id={id}
        aria-describedby={describedBy}
        {...typed}
        rows={linesOf(typed.value, 4)}
        onBlur={() => {
          typed.onBlur();
          setWriting(false);
        }}
      />
    );
  }
  return (
    <div className="reading">
      <Suspense fallback={<p className="muted">Loading …</p>}>
        <Reading text={text} />
      </Suspense>
      <button id={id} type="button" className="button" aria-describedby={describedBy} onClick={() => setWriting(true)}>
        <Icon name="set" size={12} /> Edit
      </button>
    </div>
  );
}

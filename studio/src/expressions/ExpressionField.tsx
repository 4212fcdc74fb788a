/** A field for a jq expression. It is a plain one until the editor is loaded; what is typed meanwhile is kept. */
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useLeaving } from "../ui/useLeaving";
import { seenAt } from "./completion";
import { DataChoice } from "./DataChoice";
import { Outcome } from "./Outcome";
import type { Place } from "./place";
import { useCodeField } from "./useCodeField";
import { useEvaluation } from "./useEvaluation";
import { useKnown } from "./useKnown";
import "./expressions.css";

export interface ExpressionFieldProps {
  readonly label: string;
  /** As it stands in the document: `${ ... }`, or bare where that is allowed. */
  readonly value: string;
  /** Called when the field is left, or on Enter, where the value has changed. */
  readonly onCommit: (value: string) => void;
  readonly kind?: Place;
  readonly hint?: string;
  readonly id?: string;
  readonly placeholder?: string;
}

export function ExpressionField({
  label,
  value,
  onCommit,
  kind = "argument",
  hint,
  id,
  placeholder,
}: ExpressionFieldProps) {
  const { typed, setTyped, commit } = useText(value, onCommit);
  const made = useId();
  const field = id ?? made;
  const plain = useRef<HTMLInputElement>(null);
  const { Code, focused } = useCodeField(plain);
  // Help is asked for when somebody comes to the field, and stays: nothing moves when it is left.
  const [entered, setEntered] = useState(false);
  const { visible, stage, origin } = useKnown(entered, kind);
  const seen = useMemo(() => seenAt(visible, stage), [visible, stage]);
  const evaluation = useEvaluation(typed, kind, entered ? stage : undefined);
  const described = hint ? `${field}-outcome ${field}-hint` : `${field}-outcome`;
  return (
    <div className="field expression-field">
      <span id={`${field}-label`}>{label}</span>
      {Code ? (
        <Code
          id={field}
          labelledBy={`${field}-label`}
          describedBy={described}
          seen={seen}
          fault={evaluation.expression === typed ? evaluation.evaluated?.fault : undefined}
          value={value}
          typed={typed}
          focused={focused.current}
          place={kind}
          placeholder={placeholder}
          onEnter={() => setEntered(true)}
          onType={setTyped}
          onCommit={commit}
        />
      ) : (
        <input
          ref={plain}
          id={field}
          aria-labelledby={`${field}-label`}
          aria-describedby={described}
          className="code"
          spellCheck={false}
          value={typed}
          placeholder={placeholder}
          onFocus={() => setEntered(true)}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={() => commit(typed)}
          onKeyDown={(event) => {
            if (event.key === "Enter") commit(typed);
            if (event.key === "Escape") setTyped(value);
          }}
        />
      )}
      <Outcome id={`${field}-outcome`} evaluation={evaluation} />
      {entered ? <DataChoice label={label} visible={visible} origin={origin} /> : null}
      {hint ? (
        <small id={`${field}-hint`} className="muted">
          {hint}
        </small>
      ) : null}
    </div>
  );
}

/** What is typed, and how it is taken over: when the field is left, on Enter, and when it goes. */
function useText(value: string, onCommit: (value: string) => void) {
  const [typed, setTyped] = useState(value);
  // What was asked for is not asked for again when the field goes: where an editor is taken away, it tells so too.
  const asked = useRef(value);
  useEffect(() => {
    asked.current = value;
    setTyped(value);
  }, [value]);
  const commit = (next: string): void => {
    if (next === asked.current) return;
    asked.current = next;
    if (next !== value) onCommit(next);
  };
  useLeaving(() => commit(typed));
  return { typed, setTyped, commit };
}

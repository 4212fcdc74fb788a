import { type FormEvent, useEffect, useMemo, useRef, useState } from "react";
import type { InputForm } from "../api/inputs";
import { Modes } from "../ui/Modes";
import { Notice } from "../ui/Notice";
import { settle } from "./choosing";
import { FieldView } from "./FieldView";
import { initial } from "./fields";
import { written } from "./json";
import { placesOf } from "./places";
import { fieldOf } from "./schema";
import type { Startable } from "./startable";
import { asForm, asJson, begun, placed, type Typed } from "./typed";
import { useStart } from "./useStart";

const WAYS: readonly (readonly [way: "form" | "json", word: string])[] = [
  ["form", "Form"],
  ["json", "JSON"],
];

interface Props {
  readonly startable: Startable;
  readonly form: InputForm;
  readonly onClose: () => void;
}

/** What was typed and not started yet, by workflow, as long as this page is open. */
const unsent = new Map<string, Typed>();

export function StartForm({ startable, form, onClose }: Props) {
  const name = `${startable.namespace}/${startable.name}`;
  const field = useMemo(() => fieldOf(form.schema), [form.schema]);
  const [typed, set] = useState<Typed>(() => unsent.get(name) ?? begun(initial(field) ?? {}));
  const { start, faults, isPending, error } = useStart(startable, form.workflow, () => {
    unsent.delete(name);
    onClose();
  });
  const body = useRef<HTMLFormElement>(null);
  const told = useMemo(() => placed(faults, placesOf(field, typed)), [faults, field, typed]);
  const change = (next: Typed): void => {
    unsent.set(name, next);
    set(next);
  };
  useEffect(() => {
    if (faults.length > 0) body.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [faults]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    start(typed);
  };
  const plain = field.kind === "json";
  const json = plain ? (typed.json ?? written(typed.value ?? {})) : typed.json;
  const whole = told.get("") ?? [];
  return (
    <form ref={body} onSubmit={submit} noValidate>
      {plain ? null : (
        <div className="start-ways">
          <Modes
            title="How the input is given"
            chosen={typed.json === undefined ? "form" : "json"}
            of={WAYS}
            onChoose={(way) => change(way === "form" ? asForm(typed) : asJson(typed))}
          />
        </div>
      )}
      {json === undefined ? (
        <FieldView
          field={field}
          name=""
          place={[]}
          required
          typed={typed}
          told={told}
          onChange={(next) => change(settle(field, typed, next))}
        />
      ) : (
        <label className="field">
          <b>Input as JSON{plain ? <small className="muted"> (this workflow takes any)</small> : null}</b>
          <textarea
            className="code"
            rows={12}
            spellCheck={false}
            value={json}
            aria-invalid={faults.length > 0}
            aria-describedby="start-faults"
            onChange={(event) => change({ ...typed, json: event.target.value })}
          />
        </label>
      )}
      <ul id="start-faults" className="faults" role={whole.length ? "alert" : undefined}>
        {whole.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <div className="field">
        <label htmlFor="start-business-key">
          Business key{" "}
          <small className="muted">
            {form.makesBusinessKey ? "(without one, it is made from the input)" : "(may be left empty)"}
          </small>
        </label>
        <input
          id="start-business-key"
          aria-describedby="start-business-key-hint"
          value={typed.businessKey}
          autoComplete="off"
          onChange={(event) => change({ ...typed, businessKey: event.target.value })}
        />
        <small id="start-business-key-hint" className="muted">
          What people call it, such as an order number. Lists find it by that.
        </small>
      </div>
      {error ? <Notice error={error} /> : null}
      <div className="dialog-foot">
        <p className="start-status" role="status">
          {faults.length > 0
            ? `${faults.length} thing${faults.length === 1 ? "" : "s"} to mend. Nothing was started.`
            : ""}
        </p>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={isPending}>
          {isPending ? "Starting …" : "Start"}
        </button>
      </div>
    </form>
  );
}

/** A field of a single value, with its label. */
import { useId } from "react";
import type { ServerFunction } from "../../api/functions";
import { removeValue, setValue } from "../../document/edits/values";
import type { Path } from "../../document/task";
import { ExpressionField } from "../../expressions/ExpressionField";
import type { Option, Shape } from "../fields";
import { useLocked } from "../Locked";
import { useScope, valueAt } from "../scope";
import { Choice } from "./Choice";
import type { Controlled } from "./controlled";
import { Duration } from "./Duration";
import { MarkdownField } from "./MarkdownField";
import { isExpression, MaybeExpression } from "./MaybeExpression";
import { Flag, NumberInput } from "./Plain";
import { readScalar } from "./scalars";
import { TextInput } from "./TextInput";
import { ValueField } from "./ValueField";

const LEAVES = ["text", "number", "flag", "expression", "duration", "choice", "markdown", "value"] as const;

export const isLeaf = (shape: Shape): boolean => (LEAVES as readonly string[]).includes(shape.kind);

interface Props {
  readonly shape: Shape;
  readonly path: Path;
  readonly label: string;
  readonly required: boolean;
  readonly hint?: string;
  readonly describedBy?: string;
  /** Whether what is around it says the label already, so that it need not be seen. */
  readonly bare?: boolean;
}

export function Control({ shape, path, label, required, hint, describedBy, bare = false }: Props) {
  const { model, apply, names } = useScope();
  const made = useId();
  const value = valueAt(model, path);
  const locked = useLocked();
  const onCommit = (next: unknown): void => {
    const gone = next === undefined || (next === "" && !required);
    apply(gone ? removeValue(model, path, path.length - 1) : setValue(model, path, next));
  };
  const described = [hint ? `${made}-hint` : "", describedBy ?? ""].filter(Boolean).join(" ") || undefined;
  const given: Controlled = { id: made, describedBy: described, value, onCommit };
  const computed = isExpression(value) && (shape.kind === "expression" || shape.kind === "value");
  if (!locked && (computed || (shape.kind === "expression" && shape.bare))) {
    return (
      <div className={bare ? "bare" : undefined}>
        <ExpressionField
          label={label}
          value={value === undefined ? "" : String(value)}
          onCommit={(text) => onCommit(shape.kind === "value" ? (readScalar(text) ?? { value: text }).value : text)}
          kind={shape.kind === "expression" ? (shape.place ?? "argument") : "argument"}
          {...(hint ? { hint } : {})}
        />
      </div>
    );
  }
  return (
    <div className={bare ? "field bare" : "field"}>
      <label htmlFor={made}>{label}</label>
      {controlOf(shape, given, path, names)}
      {hint ? (
        <small id={`${made}-hint`} className="muted">
          {hint}
        </small>
      ) : null}
    </div>
  );
}

const offered = ({ name, summary }: ServerFunction): Option => ({ value: name, label: summary ?? name });

function controlOf(shape: Shape, given: Controlled, path: Path, names: ReturnType<typeof useScope>["names"]) {
  switch (shape.kind) {
    case "number":
      return <NumberInput {...given} minimum={shape.minimum} maximum={shape.maximum} />;
    case "flag":
      return <Flag {...given} words={shape.words ?? ["yes", "no"]} />;
    case "duration":
      return <Duration {...given} path={path} />;
    case "choice":
      return <Choice {...given} options={shape.options} named={shape.named ? names[shape.named] : []} />;
    case "markdown":
      return <MarkdownField {...given} />;
    case "value":
      return <ValueField {...given} path={path} steps={shape.steps === true} />;
    case "expression":
      return <MaybeExpression {...given} />;
    case "text":
      return (
        <TextInput
          {...given}
          code={shape.code === true}
          long={shape.long === true}
          suggested={[
            ...(shape.named ? names[shape.named].map((name) => ({ value: name, label: name })) : []),
            ...(shape.named === "functions" ? names.registered.map(offered) : []),
            ...(shape.suggested ?? []),
          ]}
        />
      );
    default:
      return null;
  }
}

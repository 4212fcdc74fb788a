/** Below an expression: what it gives, or what is wrong with it. */
import { Icon } from "../ui/Icon";
import type { Evaluation } from "./useEvaluation";

interface Props {
  readonly id: string;
  readonly evaluation: Evaluation;
}

const SHOWN_CHARS_MAX = 400;

export function Outcome({ id, evaluation }: Props) {
  const { evaluated, error } = evaluation;
  return (
    <output id={id} className="expression-outcome" aria-live="polite">
      {error ? (
        <span className="muted">{error.message}</span>
      ) : evaluated?.fault ? (
        <span className="problem-error">
          <Icon name="cross" size={12} /> {evaluated.fault.message}
        </span>
      ) : evaluated ? (
        <code>= {shown(evaluated.value)}</code>
      ) : null}
    </output>
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)} …` : text;
}

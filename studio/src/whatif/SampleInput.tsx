/** What flows into a trial: made up from the document's schema, or what the person wants to try. */
import { useState } from "react";

interface Props {
  /** JSON; empty where it is made up. */
  readonly input: string;
  /** What the last trial began with. */
  readonly used: unknown;
  readonly onInput: (input: string) => void;
}

export function SampleInput({ input, used, onInput }: Props) {
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState<string>();
  const shown = typed ?? (input || JSON.stringify(used ?? {}, null, 2));
  const commit = (): void => {
    if (typed === undefined) return;
    try {
      if (typed.trim()) JSON.parse(typed);
      onInput(typed);
      setTyped(undefined);
      setFault(undefined);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <details className="finding">
      <summary>Sample input{input ? "" : " (made up)"}</summary>
      <label className="field">
        <span>JSON; empty to have it made up</span>
        <textarea
          className="code"
          rows={8}
          spellCheck={false}
          value={shown}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
        />
      </label>
      {fault ? <p className="problem-error">{fault}</p> : null}
    </details>
  );
}

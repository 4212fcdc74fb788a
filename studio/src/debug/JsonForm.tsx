/** Some JSON to be typed and sent. What is typed stays until it has been taken. */
import { useState } from "react";

interface Props {
  readonly title: string;
  readonly label: string;
  readonly action: string;
  readonly value: unknown;
  readonly busy: boolean;
  readonly onSend: (value: unknown) => void;
}

export function JsonForm({ title, label, action, value, busy, onSend }: Props) {
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState<string>();
  const text = typed ?? JSON.stringify(value ?? {}, null, 2);
  const send = (): void => {
    try {
      onSend(JSON.parse(text));
      setFault(undefined);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <details className="finding">
      <summary>{title}</summary>
      <label className="field">
        <span>{label}</span>
        <textarea
          className="code"
          rows={6}
          spellCheck={false}
          value={text}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {fault ? (
        <p className="problem-error" role="alert">
          {fault}
        </p>
      ) : null}
      <button type="button" className="button wide" disabled={busy} onClick={send}>
        {action}
      </button>
    </details>
  );
}

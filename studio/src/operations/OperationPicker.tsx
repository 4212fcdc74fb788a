/** Choose an operation of a service from its OpenAPI document: by its address, as a file, or as text. */
import { useMutation } from "@tanstack/react-query";
import { Dialog } from "radix-ui";
import { useId, useState } from "react";
import { Refused } from "../api/http";
import { listOperations, type ServiceOperation, type Source } from "../api/services";
import { Icon } from "../ui/Icon";
import { matching } from "./calling";
import { learn } from "./reading";
import "./operations.css";

export interface Picked {
  readonly operation: ServiceOperation;
  /** All operations of the document, the one that undoes it among them. */
  readonly operations: readonly ServiceOperation[];
  /** Where the document was read from; `undefined` for a file or a text. */
  readonly uri: string | undefined;
}

export interface OperationPickerProps {
  /** The address that the call has already. */
  readonly document: string;
  readonly operationId: string;
  readonly onPick: (picked: Picked) => void;
}

export function OperationPicker(props: OperationPickerProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <button type="button" className="button wide operations-trigger">
          <Icon name="search" /> {props.operationId ? "Choose another operation" : "Choose an operation"}
        </button>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog operations" aria-describedby={undefined}>
          <Dialog.Title>Choose an operation</Dialog.Title>
          <Choosing
            {...props}
            onPick={(picked) => {
              props.onPick(picked);
              setOpen(false);
            }}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choosing({ document, operationId, onPick }: OperationPickerProps) {
  const [uri, setUri] = useState(document.startsWith("http") ? document : "");
  const [text, setText] = useState("");
  const [words, setWords] = useState("");
  const reading = useMutation({
    mutationFn: (source: Source) => listOperations(source),
    onSuccess: (found, source) => "uri" in source && learn(source.uri, found),
    retry: (failures, error) => !(error instanceof Refused) && failures < 1,
  });
  const { data: operations, error, isPending, variables: source } = reading;
  const fields = useId();
  const shown = operations ? matching(operations, words) : [];
  return (
    <>
      <form
        className="operations-source"
        onSubmit={(event) => {
          event.preventDefault();
          if (uri.trim()) reading.mutate({ uri: uri.trim() });
        }}
      >
        <div className="field">
          <label htmlFor={`${fields}-uri`}>Address of the service's OpenAPI document</label>
          <input
            id={`${fields}-uri`}
            type="url"
            value={uri}
            placeholder="https://payments.example.com/openapi.json"
            spellCheck={false}
            onChange={(event) => setUri(event.target.value)}
          />
        </div>
        <button type="submit" className="button primary" disabled={!uri.trim() || isPending}>
          Read it
        </button>
      </form>
      <details>
        <summary>or give the document itself</summary>
        <div className="field">
          <label htmlFor={`${fields}-file`}>A file</label>
          <input
            id={`${fields}-file`}
            type="file"
            accept=".json,.yaml,.yml"
            onChange={async (event) => {
              const file = event.target.files?.[0];
              if (file) reading.mutate({ document: await file.text() });
            }}
          />
        </div>
        <div className="field">
          <label htmlFor={`${fields}-text`}>or its text (YAML or JSON)</label>
          <textarea
            id={`${fields}-text`}
            className="code"
            rows={4}
            value={text}
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <button
          type="button"
          className="button"
          disabled={!text.trim() || isPending}
          onClick={() => reading.mutate({ document: text })}
        >
          Read the text
        </button>
      </details>
      <p role="status" className={error ? "problem-error" : "muted"}>
        {error ? error.message : isPending ? "Reading …" : operations ? told(operations.length) : ""}
      </p>
      {operations && operations.length > 0 ? (
        <>
          <div className="field">
            <label htmlFor={`${fields}-words`}>Find</label>
            <input
              id={`${fields}-words`}
              type="search"
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          </div>
          <ul className="operations-list" aria-label="Operations">
            {shown.map((each) => (
              <li key={each.operationId}>
                <button
                  type="button"
                  aria-current={each.operationId === operationId ? "true" : undefined}
                  onClick={() =>
                    onPick({ operation: each, operations, uri: source && "uri" in source ? source.uri : undefined })
                  }
                >
                  <span className="operations-name">
                    <b>{each.operationId}</b>
                    {each.undoneBy ? (
                      <span className="tag undo">
                        <Icon name="undo" size={11} /> {each.undoneBy}
                      </span>
                    ) : null}
                  </span>
                  <code className="muted">
                    {each.method.toUpperCase()} {each.path}
                  </code>
                  {each.summary ? <small>{each.summary}</small> : null}
                </button>
              </li>
            ))}
            {shown.length === 0 ? <li className="muted">No operation has these words.</li> : null}
          </ul>
        </>
      ) : null}
      <div className="operations-foot">
        <Dialog.Close asChild>
          <button type="button" className="button">
            Close
          </button>
        </Dialog.Close>
      </div>
    </>
  );
}

const told = (count: number): string =>
  count === 0 ? "The document names no operation (operationId)." : count === 1 ? "1 operation" : `${count} operations`;

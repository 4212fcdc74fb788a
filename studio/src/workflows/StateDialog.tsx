/** Asks for what a change of a version's state needs. What the server refuses is told here, and nothing typed is lost. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { changeState, type StateChange, type Why } from "../api/definitions";
import { Refused } from "../api/http";
import type { WorkflowVersion } from "../api/workflows";
import { Modal } from "../ui/Modal";
import { Notice } from "../ui/Notice";

interface Props {
  readonly version: WorkflowVersion;
  readonly change: StateChange;
  readonly onClose: () => void;
}

const WORDS: Record<StateChange, readonly [title: string, told: string, button: string]> = {
  deprecate: [
    "Deprecate",
    "Whoever starts it is warned; from the date on, where you give one, it is refused.",
    "Deprecate",
  ],
  undeprecate: ["Take the deprecation back of", "It can be started as before, without a warning.", "Take it back"],
  retire: [
    "Retire",
    "It can never be started again. Its text and its instances stay. This cannot be taken back.",
    "Retire for good",
  ],
};
const OUTDATED = 412;

export function StateDialog({ version, change, onClose }: Props) {
  const client = useQueryClient();
  const [date, setDate] = useState(version.sunset?.slice(0, 10) ?? "");
  const [replacement, setReplacement] = useState(version.replacement ?? "");
  const [reason, setReason] = useState("");
  const [title, told, button] = WORDS[change];
  const { mutate, error, isPending } = useMutation({
    mutationFn: (why: Why) => changeState(version, version.tag, change, why),
    onSuccess: onClose,
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ["workflow", version.namespace, version.name] }),
        client.invalidateQueries({ queryKey: ["workflows"] }),
      ]),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const deprecation = {
      ...(date ? { sunset: `${date}T00:00:00Z` } : {}),
      ...(replacement ? { replacement } : {}),
    };
    mutate({ ...(reason ? { reason } : {}), ...(change === "deprecate" ? deprecation : {}) });
  };
  const outdated = error instanceof Refused && error.problem.status === OUTDATED;
  return (
    <Modal title={`${title} ${version.version}`} told={told} look="narrow" onClose={onClose}>
      <form onSubmit={submit}>
        {change === "deprecate" ? (
          <>
            <label className="field">
              <span>Cannot be started from (may be left empty)</span>
              <input type="date" value={date} onChange={(event) => setDate(event.target.value)} />
            </label>
            <label className="field">
              <span>What to start instead, as {version.name}:^2 (may be left empty)</span>
              <input value={replacement} onChange={(event) => setReplacement(event.target.value)} />
            </label>
          </>
        ) : null}
        <label className="field">
          <span>Reason{change === "retire" ? "" : " (may be left empty)"}</span>
          <input
            value={reason}
            required={change === "retire"}
            maxLength={2_000}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        {outdated ? (
          <p className="notice" role="alert">
            Somebody else has changed it in the meantime. Close this, look at the version again, and decide anew.
          </p>
        ) : error ? (
          <Notice error={error} />
        ) : null}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className={`button primary ${change === "retire" ? "final" : ""}`}
            disabled={isPending || outdated}
          >
            {button}
          </button>
        </div>
      </form>
    </Modal>
  );
}

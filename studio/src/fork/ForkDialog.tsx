/** Run again from here: first what would be done once more, then the reason, then the new instance. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useLocation } from "wouter";
import { type Fork, type ForkPlan, makeFork, planFork } from "../api/forks";
import { Refused, Unreachable } from "../api/http";
import { Icon } from "../ui/Icon";
import { Modal } from "../ui/Modal";
import { Notice } from "../ui/Notice";
import "./fork.css";

interface Props {
  readonly origin: string;
  readonly at: number;
  readonly onClose: () => void;
}

export default function ForkDialog({ origin, at, onClose }: Props) {
  const [reason, setReason] = useState("");
  const [businessKey, setBusinessKey] = useState("");
  const { data: plan, error: refused } = useQuery({
    queryKey: ["fork", origin, at],
    queryFn: () => planFork(origin, at),
    gcTime: 0,
  });
  const { mutate, error, isPending } = useFork(origin);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    mutate({ at, reason, ...(businessKey ? { businessKey } : {}) });
  };
  return (
    <Modal
      title="Run again from here"
      told={`A new instance goes on from place ${at}${plan ? ` of ${plan.last}` : ""}, with the data as they were then. This one stays as it is.`}
      onClose={onClose}
    >
      <form onSubmit={submit}>
        {plan ? <Plan plan={plan} /> : refused ? <Notice error={refused} /> : <p>Looking what that repeats …</p>}
        <label className="field">
          <span>Reason (stays in its history)</span>
          <input value={reason} required maxLength={2_000} onChange={(event) => setReason(event.target.value)} />
        </label>
        <label className="field">
          <span>Business key (without one, that of this instance)</span>
          <input value={businessKey} onChange={(event) => setBusinessKey(event.target.value)} />
        </label>
        {error ? <Notice error={error} /> : null}
        <div className="dialog-foot">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary" disabled={!plan || isPending}>
            {isPending ? "Beginning …" : "Run again"}
          </button>
        </div>
      </form>
    </Modal>
  );
}

const CONFLICT = 409;
const ID_BYTES = 12;

/** Its id is chosen here, so that one whose answer was lost is found again instead of being made twice. */
function useFork(origin: string) {
  const [, navigate] = useLocation();
  const id = useRef(`again-${hex(crypto.getRandomValues(new Uint8Array(ID_BYTES)))}`);
  const lost = useRef(false);
  return useMutation({
    mutationFn: async (fork: Omit<Fork, "id">) => {
      try {
        await makeFork(origin, { ...fork, id: id.current });
      } catch (error) {
        const made = lost.current && error instanceof Refused && error.problem.status === CONFLICT;
        lost.current ||= error instanceof Unreachable;
        if (!made) throw error;
      }
    },
    onSuccess: () => navigate(`/instances/${encodeURIComponent(id.current)}`),
  });
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");

function Plan({ plan }: { plan: ForkPlan }) {
  const { repeats, repeatsCount, shared, sharedCount } = plan;
  return (
    <>
      {repeatsCount === 0 ? (
        <p className="fork-safe">
          <Icon name="check" /> Nothing is done twice: nothing had been begun after this point.
        </p>
      ) : (
        <section className="fork-repeats">
          <h2>
            <Icon name="alert" /> {count(repeatsCount)} may be done once more
          </h2>
          <ul>
            {repeats.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a task may be done several times, and none ever moves
              <li key={index}>
                <b>{nameOf(each.task)}</b> <span className="muted">calls {each.function}</span>
                {each.inFlight ? <span className="muted">, which was under way at this point</span> : null}
              </li>
            ))}
          </ul>
          <More shown={repeats.length} all={repeatsCount} />
        </section>
      )}
      {sharedCount > 0 ? (
        <section className="fork-shared">
          <h2>
            <Icon name="undo" size={14} /> {count(sharedCount)} both instances would undo
          </h2>
          <p className="muted">
            They were done before this point, and are not done again. An undo carries the same key.
          </p>
          <ul>
            {shared.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: as above
              <li key={index}>
                <b>{nameOf(each.task)}</b>
                {each.undone ? (
                  <span className="fork-undone">
                    : this instance has undone it since; the new one goes on as if it were there
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
          <More shown={shared.length} all={sharedCount} />
        </section>
      ) : null}
    </>
  );
}

const More = ({ shown, all }: { shown: number; all: number }) =>
  all > shown ? <p className="muted">and {(all - shown).toLocaleString("en")} more</p> : null;

const count = (number: number): string => `${number.toLocaleString("en")} step${number === 1 ? "" : "s"}`;

const nameOf = (task: string): string => task.split("/").at(-1) ?? task;

/** Asks for the API token where the server wants one. It is kept for this tab alone, and sent to this server alone. */
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { token, unauthorized } from "../api/http";
import "../ui/dialog.css";

export function TokenDialog() {
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [again, setAgain] = useState(false);
  useEffect(() => {
    const ask = (): void => {
      setAgain(token.get() !== null);
      if (!dialog.current?.open) dialog.current?.showModal();
    };
    unauthorized.addEventListener("asked", ask);
    return () => unauthorized.removeEventListener("asked", ask);
  }, []);
  const enter = (event: FormEvent<HTMLFormElement>): void => {
    const given = new FormData(event.currentTarget).get("token");
    token.set(String(given ?? "").trim());
    void client.resetQueries();
  };
  return (
    <dialog ref={dialog} className="token" aria-labelledby="token-title">
      <form method="dialog" onSubmit={enter}>
        <h2 id="token-title">This server asks for a token</h2>
        {again ? (
          <p className="problem-error" role="alert">
            The token was not the right one.
          </p>
        ) : null}
        <p className="muted">
          Whoever runs the server has it: <code>COUNTERPOINT_API_TOKEN</code>, or the file that the server reads it
          from.
        </p>
        <label className="field">
          <span>API token</span>
          <input name="token" type="password" autoComplete="current-password" required minLength={16} />
        </label>
        <div className="dialog-foot">
          <button type="submit" className="button primary">
            Go on
          </button>
        </div>
      </form>
    </dialog>
  );
}

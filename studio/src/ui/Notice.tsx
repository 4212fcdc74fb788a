import { Refused, unauthorized } from "../api/http";
import { Icon } from "./Icon";

const UNAUTHORIZED = 401;

/** An error for people, where the thing that failed would have been. */
export function Notice({ error }: { error: Error }) {
  if (error instanceof Refused && error.problem.status === UNAUTHORIZED) return <NoToken />;
  return (
    <p className="notice" role="alert">
      <Icon name="alert" />
      <span>{error.message}</span>
    </p>
  );
}

/** It is asked for already; this is for whoever has closed that. */
function NoToken() {
  return (
    <div className="empty">
      <Icon name="alert" />
      <h2>Nothing is shown without a token</h2>
      <p className="muted">This server asks for one before it answers.</p>
      <button type="button" className="button" onClick={() => unauthorized.dispatchEvent(new Event("asked"))}>
        Give the token
      </button>
    </div>
  );
}

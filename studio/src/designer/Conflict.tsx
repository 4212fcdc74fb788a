/** What stands between a draft and the rest of the world: a server that is away, a browser that keeps nothing, another tab with the same draft. */
import type { Draft, Shown } from "./draft";

interface Props {
  readonly draft: Draft;
  readonly shown: Shown;
  /** Why the server has not checked the text. */
  readonly unchecked: Error | null;
}

export function Conflict({ draft, shown, unchecked }: Props) {
  return (
    <div role="status">
      {unchecked ? <p className="stale">Not checked: {unchecked.message}.</p> : null}
      {shown.unkept && shown.changed ? (
        <p className="stale">
          This browser keeps no drafts: it forbids that, or has no room left. Publish or copy the text before you close
          the tab.
        </p>
      ) : null}
      {shown.elsewhere === undefined ? null : (
        <p className="stale">
          This draft was changed in another tab.{" "}
          <button type="button" className="button" onClick={() => draft.takeOver()}>
            Take that text
          </button>{" "}
          <button type="button" className="button" onClick={() => draft.keepOwn()}>
            Keep this one
          </button>
        </p>
      )}
    </div>
  );
}

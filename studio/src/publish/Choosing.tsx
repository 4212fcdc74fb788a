/** What changes, and the number under which it goes. */
import type { FormEvent } from "react";
import type { Bump } from "../api/compatibility";
import { Refused } from "../api/http";
import { Findings } from "../compare/Findings";
import { Verdict } from "../compare/Verdict";
import { Notice } from "../ui/Notice";
import type { Publishing } from "./usePublishing";
import { bumped } from "./versions";

const BUMPS: readonly (readonly [Bump, string])[] = [
  ["patch", "Patch"],
  ["minor", "Minor"],
  ["major", "Major"],
];

export function Choosing({ publishing, onClose }: { publishing: Publishing; onClose: () => void }) {
  const { base, found, refused, workflow, version, doubt, error } = publishing;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    publishing.publish();
  };
  return (
    <form onSubmit={submit}>
      {workflow && base ? (
        <label className="publish-base">
          <span className="muted">Compared with</span>
          <select className="button" value={base.version} onChange={(event) => publishing.setBase(event.target.value)}>
            {workflow.items.map((each) => (
              <option key={each.version}>{each.version}</option>
            ))}
          </select>
        </label>
      ) : (
        <p className="muted publish-first">This is its first version: nobody relies on an earlier one.</p>
      )}
      {refused ? <Explained error={refused} /> : null}
      {found ? (
        <div className="publish-found">
          <Verdict found={found} numbered={false} />
          <Findings found={found} />
        </div>
      ) : null}
      <label className="field publish-version">
        <span>Version</span>
        <input
          value={version}
          spellCheck={false}
          aria-describedby="version-doubt"
          aria-invalid={publishing.impossible}
          onChange={(event) => publishing.setVersion(event.target.value.trim())}
        />
      </label>
      {base ? (
        <div className="bumps">
          {BUMPS.map(([bump, word]) => {
            const next = bumped(base.version, bump);
            return (
              <button
                key={bump}
                type="button"
                className="button"
                aria-pressed={version === next}
                onClick={() => publishing.setVersion(next)}
              >
                {word} {next}
                {found?.bumpNeeded === bump ? <span className="muted"> (what these changes ask for)</span> : null}
              </button>
            );
          })}
        </div>
      ) : null}
      <p id="version-doubt" className="publish-doubt" role="status">
        {doubt}
      </p>
      {error ? <Explained error={error} /> : null}
      <div className="dialog-foot">
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={publishing.isPending || publishing.impossible}>
          {publishing.isPending ? "Publishing …" : `Publish ${version}`}
        </button>
      </div>
    </form>
  );
}

/** What the server refuses, with all that it has found in the document. */
function Explained({ error }: { error: Error }) {
  const diagnostics = error instanceof Refused ? (error.problem.diagnostics ?? []) : [];
  return (
    <>
      <Notice error={error} />
      {diagnostics.length > 0 ? (
        <ul className="publish-faults">
          {diagnostics.map((each) => (
            <li key={`${each.pointer} ${each.code} ${each.line}`}>
              {each.line ? <span className="muted">line {each.line}: </span> : null}
              {each.message}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

/** Said where the text has changed since its session began. */
export function Changed({ busy, onBegin }: { busy: boolean; onBegin: () => void }) {
  return (
    <div className="debug-changed">
      <p className="problem-warning">The text has changed: the session plays the one before.</p>
      <button type="button" className="button wide" disabled={busy} onClick={onBegin}>
        Begin anew with the new text
      </button>
    </div>
  );
}

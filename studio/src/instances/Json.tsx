/** A value as people read it; of a large one the beginning, until all of it is asked for. */
import { useState } from "react";

const CHARS_MAX = 4_000;

export function Json({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  const text = JSON.stringify(value, null, 2) ?? "";
  const cut = !whole && text.length > CHARS_MAX;
  return (
    <>
      <pre>{cut ? `${text.slice(0, CHARS_MAX)} …` : text}</pre>
      {cut ? (
        <button type="button" className="button" onClick={() => setWhole(true)}>
          Show all {Math.ceil(text.length / 1_000).toLocaleString("en")} kB
        </button>
      ) : null}
    </>
  );
}

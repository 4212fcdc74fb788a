import { namesIn } from "../../document/edits/entries";
import { lengthOf } from "../../document/edits/items";
import type { Path } from "../../document/task";
import { pointerOf } from "../problems";
import { useScope } from "../scope";

/** Steps, each with the way to its own panel. They are arranged on the canvas. */
export function Tasks({ path }: { readonly path: Path }) {
  const { model, onSelect } = useScope();
  const all = Array.from({ length: lengthOf(model, path) }, (_, index) => namesIn(model, [...path, index])[0] ?? "");
  return (
    <ol className="steps">
      {all.map((name, index) => (
        <li key={name}>
          <button
            type="button"
            className="button wide"
            onClick={() => onSelect(`/${[...path, index, name].map(escaped).join("/")}`)}
          >
            Open {name}
          </button>
        </li>
      ))}
      {all.length === 0 ? <li className="muted">There are none yet: add them on the canvas.</li> : null}
    </ol>
  );
}

const escaped = (key: string | number): string => pointerOf([key]).slice(1);

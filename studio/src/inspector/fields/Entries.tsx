import { namesIn, renameEntry, swapEntries } from "../../document/edits/entries";
import { removeValue, setValue } from "../../document/edits/values";
import { begin, freeKey, type Shape } from "../fields";
import { useScope } from "../scope";
import type { Composed } from "./controlled";
import { RowName } from "./RowName";
import { AddRow, RowTools } from "./Rows";

/** Names with values: each can be renamed, moved and removed. */
export function Entries({ shape, path, draw }: Composed<Shape & { kind: "map" }>) {
  const { model, apply, names } = useScope();
  const keys = namesIn(model, path);
  const kept = shape.least === undefined ? path.length - 1 : path.length;
  return (
    <div className="rows">
      {keys.map((key, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name changes while it is typed, its place does not
        <div className="row" key={index}>
          <div className="row-head">
            <RowName
              label={`Name of ${shape.noun} ${index + 1}`}
              name={key}
              taken={keys.filter((each) => each !== key)}
              onRename={(wanted) => apply(renameEntry(model, path, key, wanted))}
            />
            <RowTools
              name={key}
              index={index}
              length={keys.length}
              least={shape.least ?? 0}
              onUp={() => apply(swapEntries(model, path, index - 1))}
              onDown={() => apply(swapEntries(model, path, index))}
              onRemove={() => apply(removeValue(model, [...path, key], kept))}
            />
          </div>
          {draw(shape.values, [...path, key], key, false)}
        </div>
      ))}
      <AddRow
        noun={shape.noun}
        onAdd={() =>
          apply(setValue(model, [...path, freeKey(keys, shape.noun)], shape.each ?? begin(shape.values, names)))
        }
      />
    </div>
  );
}

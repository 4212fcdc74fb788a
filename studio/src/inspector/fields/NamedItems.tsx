import { namesIn, renameEntry } from "../../document/edits/entries";
import { insertItem, lengthOf, removeItem, swapItems } from "../../document/edits/items";
import { freeKey, type Shape } from "../fields";
import { useScope } from "../scope";
import type { Composed } from "./controlled";
import { RowName } from "./RowName";
import { AddRow, RowTools } from "./Rows";

/** Things in an order that each have a name, as the cases of a switch. There is always one. */
export function NamedItems({ shape, path, draw }: Composed<Shape & { kind: "named" }>) {
  const { model, apply } = useScope();
  const length = lengthOf(model, path);
  const all = Array.from({ length }, (_, index) => namesIn(model, [...path, index])[0] ?? "");
  return (
    <div className="rows">
      {all.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name changes while it is typed, its place does not
        <div className="row" key={index}>
          <div className="row-head">
            <RowName
              label={`Name of ${shape.noun} ${index + 1}`}
              name={name}
              taken={all.filter((each) => each !== name)}
              onRename={(wanted) => apply(renameEntry(model, [...path, index], name, wanted))}
            />
            <RowTools
              name={name}
              index={index}
              length={length}
              least={1}
              onUp={() => apply(swapItems(model, path, index - 1))}
              onDown={() => apply(swapItems(model, path, index))}
              onRemove={() => apply(removeItem(model, path, index))}
            />
          </div>
          {draw(shape.values, [...path, index, name], name, false)}
        </div>
      ))}
      <AddRow
        noun={shape.noun}
        onAdd={() => apply(insertItem(model, path, length, { [freeKey(all, shape.noun)]: shape.each }))}
      />
    </div>
  );
}

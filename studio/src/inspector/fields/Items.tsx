import { insertItem, lengthOf, removeItem, swapItems } from "../../document/edits/items";
import { begin, type Shape } from "../fields";
import { useScope } from "../scope";
import type { Composed } from "./controlled";
import { AddRow, RowTools } from "./Rows";

/** Values in an order. */
export function Items({ shape, path, draw }: Composed<Shape & { kind: "list" }>) {
  const { model, apply, names } = useScope();
  const length = lengthOf(model, path);
  return (
    <div className="rows">
      {Array.from({ length }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item has no name but its place
        <div className={shape.items.kind === "group" ? "row titled" : "row beside"} key={index}>
          {shape.items.kind === "group" ? (
            <b className="row-title">{`${shape.noun.charAt(0).toUpperCase()}${shape.noun.slice(1)} ${index + 1}`}</b>
          ) : null}
          <RowTools
            name={`${shape.noun} ${index + 1}`}
            index={index}
            length={length}
            least={0}
            onUp={() => apply(swapItems(model, path, index - 1))}
            onDown={() => apply(swapItems(model, path, index))}
            onRemove={() => apply(removeItem(model, path, index))}
          />
          <div className="row-body">{draw(shape.items, [...path, index], `${shape.noun} ${index + 1}`, false)}</div>
        </div>
      ))}
      <AddRow
        noun={shape.noun}
        onAdd={() => apply(insertItem(model, path, length, shape.each ?? begin(shape.items, names)))}
      />
    </div>
  );
}

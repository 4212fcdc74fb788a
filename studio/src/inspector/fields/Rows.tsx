/** The tools of a row in a list: up, down, away. */
import { Icon } from "../../ui/Icon";

interface Props {
  /** What the row is called. */
  readonly name: string;
  readonly index: number;
  readonly length: number;
  /** How many rows there must be. */
  readonly least: number;
  readonly onUp: () => void;
  readonly onDown: () => void;
  readonly onRemove: () => void;
}

export function RowTools({ name, index, length, least, onUp, onDown, onRemove }: Props) {
  return (
    <span className="row-tools">
      {length > 1 ? (
        <>
          <button
            type="button"
            className="icon-button"
            aria-label={`Move ${name} up`}
            disabled={index === 0}
            onClick={onUp}
          >
            ↑
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={`Move ${name} down`}
            disabled={index === length - 1}
            onClick={onDown}
          >
            ↓
          </button>
        </>
      ) : null}
      {length > least ? (
        <button type="button" className="icon-button" aria-label={`Remove ${name}`} onClick={onRemove}>
          <Icon name="cross" size={12} />
        </button>
      ) : null}
    </span>
  );
}

export function AddRow({ noun, onAdd }: { noun: string; onAdd: () => void }) {
  return (
    <button type="button" className="add" onClick={onAdd}>
      <Icon name="plus" size={12} /> {`Add ${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`}
    </button>
  );
}

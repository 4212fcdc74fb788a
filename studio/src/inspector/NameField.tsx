import { useId } from "react";
import { Refused, refusal } from "./fields/Refused";
import { useChecked } from "./fields/useTyped";

interface Props {
  readonly value: string;
  /** `leaving`: the panel goes, or the page. */
  readonly onRename: (wanted: string, leaving: boolean) => void;
}

/** The name of a step. It must have one: where none is left in the field, the old one comes back. */
export function NameField({ value, onRename }: Props) {
  const id = useId();
  const { typed, refused } = useChecked(value, (text, { leaving, giveBack }) => {
    const wanted = text.trim();
    if (wanted === "" || wanted === value) giveBack();
    else onRename(wanted, leaving);
    return wanted === "" ? "It needs a name." : undefined;
  });
  return (
    <div className="field">
      <label htmlFor={id}>Name</label>
      <input id={id} spellCheck={false} autoComplete="off" {...refusal(id, refused)} {...typed} />
      <Refused field={id} reason={refused} />
    </div>
  );
}

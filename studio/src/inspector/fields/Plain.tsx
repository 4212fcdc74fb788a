/** Numbers, and things that are so or not. */
import type { Controlled } from "./controlled";
import { Refused, refusal } from "./Refused";
import { useChecked } from "./useTyped";

interface NumberProps extends Controlled {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

export function NumberInput({ id, describedBy, value, onCommit, minimum, maximum }: NumberProps) {
  const { typed, refused } = useChecked(value === undefined ? "" : String(value), (text) => {
    const wrong = wrongOf(text, minimum, maximum);
    if (!wrong) onCommit(text.trim() === "" ? undefined : Number(text));
    return wrong;
  });
  return (
    <>
      <input id={id} inputMode="numeric" autoComplete="off" {...refusal(id, refused, describedBy)} {...typed} />
      <Refused field={id} reason={refused} />
    </>
  );
}

function wrongOf(text: string, minimum: number | undefined, maximum: number | undefined): string | undefined {
  const number = Number(text);
  if (text.trim() === "") return undefined;
  if (!Number.isInteger(number)) return "A whole number, please.";
  if (minimum !== undefined && number < minimum) return `At least ${minimum}, please.`;
  if (maximum !== undefined && number > maximum) return `At most ${maximum}, please.`;
  return undefined;
}

interface FlagProps extends Controlled {
  readonly words: readonly [yes: string, no: string];
}

export function Flag({ id, describedBy, value, onCommit, words }: FlagProps) {
  return (
    <select
      id={id}
      aria-describedby={describedBy}
      value={String(value === true)}
      onChange={(event) => onCommit(event.target.value === "true")}
    >
      <option value="true">{words[0]}</option>
      <option value="false">{words[1]}</option>
    </select>
  );
}

/** One of a few, side by side. */
import { Icon, type IconName } from "./Icon";

interface Props<Name extends string> {
  /** What is chosen here, for those who do not see it. */
  readonly title: string;
  readonly chosen: Name;
  readonly of: readonly (readonly [name: Name, word: string, icon?: IconName])[];
  readonly onChoose: (name: Name) => void;
}

export function Modes<Name extends string>({ title, chosen, of, onChoose }: Props<Name>) {
  return (
    <fieldset className="modes">
      <legend className="visually-hidden">{title}</legend>
      {of.map(([name, word, icon]) => (
        <button key={name} type="button" aria-pressed={chosen === name} onClick={() => onChoose(name)}>
          {icon ? <Icon name={icon} size={14} /> : null} {word}
        </button>
      ))}
    </fieldset>
  );
}

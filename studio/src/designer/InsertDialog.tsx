/** Choose what to insert: by a few letters, with the arrow keys, or with a click. */
import { Command } from "cmdk";
import { memo, useEffect, useState } from "react";
import { Icon } from "../ui/Icon";
import { whenPainted } from "../ui/painted";
import { useLasting } from "../ui/useLasting";
import { Veiled } from "../ui/Veiled";
import { type Choice, PALETTE } from "./palette";
import "../commands/commands.css";

interface Props {
  readonly onClose: () => void;
  readonly onChoose: (choice: Choice) => void;
}

const GROUPS = [...Map.groupBy(PALETTE, (choice) => choice.group)];

/** Every word that is typed stands in what is said of a kind. */
function byWords(title: string, search: string, words: string[] = []): number {
  const told = [title, ...words].join(" ").toLowerCase();
  const all = search.toLowerCase().split(/\s+/);
  return all.every((word) => told.includes(word)) ? 1 : 0;
}

/** It goes from sight with the choice; taken away it is when the person sees what came of that. */
export function InsertDialog({ onClose, onChoose }: Props) {
  const [over, setOver] = useState(false);
  const close = useLasting(onClose);
  useEffect(() => (over ? whenPainted(close) : undefined), [over, close]);
  const choose = useLasting((choice: Choice): void => {
    setOver(true);
    onChoose(choice);
  });
  return (
    <Veiled title="Insert a step" look="command-dialog" over={over} onClose={onClose}>
      <Kinds onChoose={choose} />
    </Veiled>
  );
}

const Kinds = memo(({ onChoose }: Pick<Props, "onChoose">) => (
  <Command label="Insert a step" loop filter={byWords}>
    <Command.Input placeholder="Insert a step: what should happen here?" />
    <Command.List label="Kinds of steps">
      <Command.Empty>No kind of step is called that.</Command.Empty>
      {GROUPS.map(([group, choices]) => (
        <Command.Group key={group} heading={group}>
          {choices.map((choice) => (
            <Command.Item
              key={choice.title}
              value={choice.title}
              keywords={[choice.told, choice.words]}
              onSelect={() => onChoose(choice)}
            >
              <i className={`tile small kind-${choice.icon}`}>
                <Icon name={choice.icon} size={15} />
              </i>
              <span className="kind">
                <b>{choice.title}</b> <small>{choice.told}</small>
              </span>
            </Command.Item>
          ))}
        </Command.Group>
      ))}
    </Command.List>
  </Command>
));

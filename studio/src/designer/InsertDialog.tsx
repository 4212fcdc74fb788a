/** Choose what to insert: by a few letters, with the arrow keys, or with a click. */
import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { Icon } from "../ui/Icon";
import { useReturnFocus } from "../ui/useReturnFocus";
import { type Choice, PALETTE } from "./palette";
import "../commands/commands.css";

interface Props {
  readonly open: boolean;
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

export function InsertDialog({ open, onClose, onChoose }: Props) {
  const returning = useReturnFocus();
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog command-dialog" aria-describedby={undefined} {...returning}>
          <Dialog.Title className="visually-hidden">Insert a step</Dialog.Title>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

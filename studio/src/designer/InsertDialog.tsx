/** Choose what to insert. */
import { Dialog } from "radix-ui";
import { Icon } from "../ui/Icon";
import { type Choice, PALETTE } from "./palette";

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onChoose: (choice: Choice) => void;
}

export function InsertDialog({ open, onClose, onChoose }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={(now) => !now && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog" aria-describedby={undefined}>
          <Dialog.Title>Insert a step</Dialog.Title>
          <ul className="palette">
            {PALETTE.map((choice) => (
              <li key={choice.title}>
                <button type="button" onClick={() => onChoose(choice)}>
                  <span className={`tile kind-${choice.icon}`}>
                    <Icon name={choice.icon} size={18} />
                  </span>
                  <span>
                    <b>{choice.title}</b>
                    <small>{choice.told}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

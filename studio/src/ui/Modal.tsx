/** A dialog over the page. When it goes, the focus is again where it was when it came. */
import { Dialog } from "radix-ui";
import { type ReactNode, useState } from "react";

interface Props {
  readonly title: ReactNode;
  /** What its title alone does not say. */
  readonly told?: ReactNode;
  readonly look?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function Modal({ title, told, look = "", onClose, children }: Props) {
  const [before] = useState(() => document.activeElement);
  return (
    <Dialog.Root open onOpenChange={(now) => !now && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className={`dialog ${look}`}
          {...(told ? {} : { "aria-describedby": undefined })}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
            else document.getElementById("content")?.focus();
          }}
        >
          <Dialog.Title>{title}</Dialog.Title>
          {told ? <Dialog.Description className="muted told">{told}</Dialog.Description> : null}
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** All keys of the page that is shown, and the switch for those of one letter. */
import { Dialog } from "radix-ui";
import { Fragment } from "react";
import { useLocation } from "wouter";
import { setLettersAct, useLettersAct } from "../ui/letters";
import { useReturnFocus } from "../ui/useReturnFocus";
import { keysOn } from "./keys";
import "./commands.css";

export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const returning = useReturnFocus();
  const [location] = useLocation();
  const act = useLettersAct();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content className="dialog keys-dialog" aria-describedby={undefined} {...returning}>
          <Dialog.Title>Keys</Dialog.Title>
          <div className="keys-sections">
            {keysOn(location).map(({ title, rows }) => (
              <section key={title}>
                <h3>{title}</h3>
                <dl className="keys">
                  {rows.map(([keys, told]) => (
                    <Fragment key={keys}>
                      <dt>{keys}</dt>
                      <dd>{told}</dd>
                    </Fragment>
                  ))}
                </dl>
              </section>
            ))}
          </div>
          <label className="letters">
            <input type="checkbox" checked={act} onChange={(event) => setLettersAct(event.target.checked)} />
            <span>
              Keys of a single letter or sign do something
              <small className="muted">Turn this off if you speak to your computer, or press keys by accident.</small>
            </span>
          </label>
          <div className="dialog-foot">
            <Dialog.Close className="button">Close</Dialog.Close>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

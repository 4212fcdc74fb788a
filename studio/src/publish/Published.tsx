/** What may come next once a version is published. */
import { Link } from "wouter";
import type { DefinitionEntry } from "../api/definitions";
import { StartButton } from "../start/StartButton";
import { Icon } from "../ui/Icon";
import { compareAddress, workflowAddress } from "../workflows/addresses";

interface Props {
  readonly entry: DefinitionEntry;
  /** The version that it was compared with. */
  readonly before: string | undefined;
  readonly onClose: () => void;
}

export function Published({ entry, before, onClose }: Props) {
  return (
    <>
      <p className="verdict compatible" role="status">
        <span>
          <Icon name="check" /> <b>{entry.reference} is published.</b> It can be started from now on.
        </span>
      </p>
      <div className="dialog-foot">
        {before && before !== entry.version ? (
          <Link className="button" href={compareAddress(entry, before, entry.version)}>
            <Icon name="compare" size={14} /> Compare with {before}
          </Link>
        ) : null}
        <Link className="button" href={workflowAddress(entry)}>
          Go to the workflow
        </Link>
        <button type="button" className="button" onClick={onClose}>
          Go on editing
        </button>
        <StartButton startable={entry} word="Start an instance" primary />
      </div>
    </>
  );
}

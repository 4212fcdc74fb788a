/** Publishing: first what it changes against what is published, and for whom; then the number; then it is done. */
import { useLocation } from "wouter";
import type { Draft, Shown } from "../designer/draft";
import { Modal } from "../ui/Modal";
import { Notice } from "../ui/Notice";
import { designerAddress } from "../workflows/addresses";
import { Choosing } from "./Choosing";
import { Published } from "./Published";
import { usePublishing } from "./usePublishing";
import "./publish.css";

interface Props {
  readonly draft: Draft;
  readonly shown: Shown;
  readonly onClose: () => void;
}

export default function PublishDialog({ draft, shown, onClose }: Props) {
  const { namespace, name } = shown.drawn.heading;
  const publishing = usePublishing(draft, shown);
  const { published, unknown, ready } = publishing;
  const [, navigate] = useLocation();
  const leave = (): void => {
    // What was published is what is edited from now on, also after a reload.
    if (published) navigate(designerAddress(published.entry, published.entry.version));
    onClose();
  };
  return (
    <Modal title={`${published ? "Published" : "Publish"} ${namespace}/${name}`} look="publish" onClose={leave}>
      {published ? (
        <Published {...published} onClose={leave} />
      ) : unknown ? (
        <>
          <Notice error={unknown} />
          <div className="dialog-foot">
            <button type="button" className="button" onClick={onClose}>
              Close
            </button>
          </div>
        </>
      ) : ready ? (
        <Choosing publishing={publishing} onClose={onClose} />
      ) : (
        <p className="muted">Comparing with what is published …</p>
      )}
    </Modal>
  );
}

/** Starts an instance: with fields made from the input's schema, or with JSON; then it is watched. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getInputForm } from "../api/inputs";
import { listWorkflows } from "../api/workflows";
import { Modal } from "../ui/Modal";
import { Notice } from "../ui/Notice";
import { StartForm } from "./StartForm";
import type { Startable } from "./startable";
import "./start.css";

interface Props {
  /** Without it, it is asked for. */
  readonly startable?: Startable | undefined;
  readonly onClose: () => void;
}

export default function StartDialog({ startable, onClose }: Props) {
  const [chosen, choose] = useState(startable);
  return (
    <Modal
      title={`Start ${chosen ? `${chosen.name} ${chosen.version === "latest" ? "" : chosen.version}` : "an instance"}`}
      look="start"
      onClose={onClose}
    >
      {startable ? null : <Chooser chosen={chosen} onChoose={choose} />}
      {chosen ? <Form key={`${chosen.namespace}/${chosen.name}`} startable={chosen} onClose={onClose} /> : null}
    </Modal>
  );
}

interface ChooserProps {
  readonly chosen: Startable | undefined;
  readonly onChoose: (startable: Startable | undefined) => void;
}

function Chooser({ chosen, onChoose }: ChooserProps) {
  const { data, error } = useQuery({ queryKey: ["workflows"], queryFn: listWorkflows });
  const items = (data?.items ?? []).filter((each) => each.newest.state !== "retired");
  if (error) return <Notice error={error} />;
  return (
    <label className="field">
      <span>Workflow</span>
      <select
        value={chosen ? `${chosen.namespace}/${chosen.name}` : ""}
        onChange={(event) => {
          const found = items.find((each) => `${each.namespace}/${each.name}` === event.target.value);
          onChoose(found ? { namespace: found.namespace, name: found.name, version: "latest" } : undefined);
        }}
      >
        <option value="">Choose …</option>
        {items.map(({ namespace, name, title }) => (
          <option key={`${namespace}/${name}`} value={`${namespace}/${name}`}>
            {title ? `${namespace}/${name}: ${title}` : `${namespace}/${name}`}
          </option>
        ))}
      </select>
    </label>
  );
}

function Form({ startable, onClose }: { startable: Startable; onClose: () => void }) {
  const { namespace, name, version } = startable;
  const { data, error } = useQuery({
    queryKey: ["input form", namespace, name, version],
    queryFn: () => getInputForm(startable),
  });
  if (data) return <StartForm startable={startable} form={data} onClose={onClose} />;
  if (error) return <Notice error={error} />;
  return <p className="muted">Asking what it needs …</p>;
}

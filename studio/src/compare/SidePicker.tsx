import type { WorkflowVersion } from "../api/workflows";
import { type KeptDraft, type Side, sideOf, textOf } from "./sides";

interface Props {
  readonly label: string;
  readonly side: Side;
  readonly versions: readonly WorkflowVersion[];
  readonly drafts: readonly KeptDraft[];
  readonly onPick: (side: Side) => void;
}

export function SidePicker({ label, side, versions, drafts, onPick }: Props) {
  const value = textOf(side);
  const known = [...drafts.map((each) => textOf(each.side)), ...versions.map((each) => each.version)];
  return (
    <label>
      <span className="visually-hidden">{label}</span>
      <select className="button" value={value} onChange={(event) => onPick(sideOf(event.target.value))}>
        {known.includes(value) ? null : <option value={value}>{value}</option>}
        {drafts.map((each) => (
          <option key={textOf(each.side)} value={textOf(each.side)}>
            {each.title}
          </option>
        ))}
        {versions.map((each) => (
          <option key={each.version} value={each.version}>
            {each.version}
            {each.state === "active" ? "" : ` (${each.state})`}
          </option>
        ))}
      </select>
    </label>
  );
}

import { Link } from "wouter";
import type { Diagnostic } from "../api/http";
import { useSearchState } from "../app/search";
import type { Coverage } from "../document/coverage";
import { StartButton } from "../start/StartButton";
import { Icon, type IconName } from "../ui/Icon";
import { Modes } from "../ui/Modes";
import { workflowAddress } from "../workflows/addresses";
import type { Draft, Shown } from "./draft";

interface Props {
  readonly draft: Draft;
  readonly shown: Shown;
  readonly covered: Coverage;
  readonly diagnostics: readonly Diagnostic[] | undefined;
  readonly onPublish: () => void;
}

const MODES: readonly (readonly [mode: string, label: string, icon: IconName])[] = [
  ["design", "Design", "flow"],
  ["whatif", "What-if", "bolt"],
  ["debug", "Debug", "bug"],
];

export function Header({ draft, shown, covered, diagnostics, onPublish }: Props) {
  const [search, setSearch] = useSearchState();
  const yaml = search.get("yaml") === "1";
  const { heading } = shown.drawn;
  // What it is called in the draft may be something else, of which there is nothing yet.
  const opened = openedAs(draft.key);
  const errors = diagnostics?.filter((each) => each.severity === "error").length;
  return (
    <header className="designer-head">
      <div className="crumbs">
        {draft.key.startsWith("new:") ? (
          <span className="muted">{heading.namespace} / </span>
        ) : (
          <Link href={workflowAddress(opened)} title={`All of ${opened.namespace}/${opened.name}`}>
            {heading.namespace} /
          </Link>
        )}
        <h1 title={heading.name}>{heading.name || "unnamed"}</h1>
        <span className="muted">{heading.version}</span>
        {shown.changed ? <span className="tag warning">draft</span> : null}
      </div>
      <Modes
        title="Mode"
        chosen={search.get("mode") ?? "design"}
        of={MODES}
        onChoose={(mode) => setSearch({ mode: mode === "design" ? undefined : mode })}
      />
      <div className="designer-tools">
        <Verdict errors={errors} />
        {covered.effectful > 0 ? (
          <span className="covered" title="Steps with an effect that can be undone, or need not be">
            <Icon name="undo" size={13} /> {covered.undoable}/{covered.effectful} undoable
          </span>
        ) : null}
        <span className="pair">
          <Step word="Undo" keys="Ctrl+Z" icon="back" disabled={!shown.canUndo} onClick={() => draft.undo()} />
          <Step word="Redo" keys="Ctrl+Shift+Z" icon="forth" disabled={!shown.canRedo} onClick={() => draft.redo()} />
        </span>
        <button
          type="button"
          className="button"
          aria-pressed={yaml}
          onClick={() => setSearch({ yaml: yaml ? undefined : "1" })}
        >
          YAML
        </button>
        {shown.changed || draft.key.startsWith("new:") ? null : <StartButton startable={heading} />}
        <button type="button" className="button primary" disabled={errors !== 0} onClick={onPublish}>
          Publish
        </button>
      </div>
    </header>
  );
}

/** Of the reference of a version, `namespace/name:version`. */
function openedAs(reference: string): { readonly namespace: string; readonly name: string } {
  const [, namespace = "", name = ""] = /^([^/]*)\/([^:]*)/.exec(reference) ?? [];
  return { namespace, name };
}

interface StepProps {
  readonly word: string;
  readonly keys: string;
  readonly icon: IconName;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

/** Through what was changed. A sign, for "undo" means more than that here. */
function Step({ word, keys, icon, disabled, onClick }: StepProps) {
  return (
    <button type="button" className="button" title={`${word} (${keys})`} disabled={disabled} onClick={onClick}>
      <Icon name={icon} size={16} />
      <span className="visually-hidden">{word}</span>
    </button>
  );
}

function Verdict({ errors }: { errors: number | undefined }) {
  if (errors === undefined) return <span className="muted">Checking …</span>;
  return errors === 0 ? (
    <span className="verdict-valid">
      <Icon name="check" size={14} /> Valid
    </span>
  ) : (
    <span className="problem-error">
      <Icon name="cross" size={14} /> {errors} problem{errors === 1 ? "" : "s"}
    </span>
  );
}

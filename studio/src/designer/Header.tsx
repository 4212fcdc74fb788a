import type { Diagnostic } from "../api/http";
import { useSearchState } from "../app/search";
import type { Coverage } from "../document/coverage";
import { StartButton } from "../start/StartButton";
import { Icon, type IconName } from "../ui/Icon";
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
  const errors = diagnostics?.filter((each) => each.severity === "error").length;
  return (
    <header className="designer-head">
      <div className="crumbs">
        <span className="muted">{heading.namespace} / </span>
        <h1>{heading.name || "unnamed"}</h1>
        <span className="muted">{heading.version}</span>
        {shown.changed ? <span className="tag warning">draft</span> : null}
      </div>
      <fieldset className="modes">
        <legend className="visually-hidden">Mode</legend>
        {MODES.map(([mode, label, icon]) => (
          <button
            key={mode}
            type="button"
            aria-pressed={(search.get("mode") ?? "design") === mode}
            onClick={() => setSearch({ mode: mode === "design" ? undefined : mode })}
          >
            <Icon name={icon} size={14} /> {label}
          </button>
        ))}
      </fieldset>
      <div className="designer-tools">
        <Verdict errors={errors} />
        <span className="covered" title="Steps with an effect that can be undone, or need not be">
          <Icon name="undo" size={13} /> {covered.undoable}/{covered.effectful} undoable
        </span>
        <button type="button" className="button" disabled={!shown.canUndo} onClick={() => draft.undo()}>
          Undo
        </button>
        <button type="button" className="button" disabled={!shown.canRedo} onClick={() => draft.redo()}>
          Redo
        </button>
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

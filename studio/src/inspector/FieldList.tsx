/** The members of a map as fields: each with its label, its control, what it is for and what is wrong with it. */
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { isBehindAlias } from "../document/aliases";
import { removeValue, setValue } from "../document/edits/values";
import type { Path } from "../document/task";
import { Icon } from "../ui/Icon";
import { beginning, type Member, type Shape } from "./fields";
import { Control, isLeaf } from "./fields/Control";
import type { Draw } from "./fields/controlled";
import { Entries } from "./fields/Entries";
import { Items } from "./fields/Items";
import { NamedItems } from "./fields/NamedItems";
import { SchemaField } from "./fields/SchemaField";
import { Tasks } from "./fields/Tasks";
import { Variants } from "./fields/Variants";
import { Locked } from "./Locked";
import { sorted } from "./offers";
import { ProblemNotes } from "./ProblemNotes";
import { isWithin, pointerOf, unclaimed } from "./problems";
import { useScope } from "./scope";

interface ListProps {
  readonly members: readonly Member[];
  /** Path of the map. */
  readonly base: Path;
  /** How much of a path stays when nothing is left in it; the whole of `base` unless it is optional itself. */
  readonly kept?: number;
  /** The key of a map that must not become empty. */
  readonly atLeastOne?: string | undefined;
  /** A further thing to add. */
  readonly more?: ReactNode;
}

/** The field itself, before what removes it. */
const FOCUSABLE = ":is(input, select, textarea, [contenteditable=true], button:not(.icon-button))";

const keyOf = (member: Member): string => member.at.join(".");

export function FieldList(props: ListProps) {
  return (
    <Locked path={props.base}>
      <Members {...props} />
    </Locked>
  );
}

function Members({ members, base, kept = base.length, atLeastOne, more }: ListProps) {
  const { model, apply, names } = useScope();
  const [focus, setFocus] = useState<string>();
  const own = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!focus) return;
    own.current?.querySelector<HTMLElement>(`[data-member="${focus}"] ${FOCUSABLE}`)?.focus();
    setFocus(undefined);
  }, [focus]);
  const pathOf = (member: Member): Path => [...base, ...member.at];
  const { shown, absent, fixed } = sorted(model, members, base, atLeastOne);
  const field = (member: Member): ReactNode => {
    const remove = (): void => {
      apply(removeValue(model, pathOf(member), member.kept ? base.length + member.kept : kept));
      setFocus(`+${keyOf(member)}`);
    };
    return (
      <div key={keyOf(member)} data-member={keyOf(member)}>
        <FieldView member={member} path={pathOf(member)} {...(fixed.has(member) ? {} : { onRemove: remove })} />
      </div>
    );
  };
  // Members of one map that an alias stands for, as `with: *request`.
  const elsewhere = shown.filter((member) => isBehindAlias(model, pathOf(member)));
  return (
    <div ref={own}>
      {shown.filter((member) => !elsewhere.includes(member)).map(field)}
      {elsewhere[0] ? <Locked path={pathOf(elsewhere[0])}>{elsewhere.map(field)}</Locked> : null}
      {absent.length > 0 || more ? (
        <ul className="add-members" aria-label="What can be added">
          {absent.map((member) => (
            <li key={keyOf(member)} data-member={`+${keyOf(member)}`}>
              <button
                type="button"
                className="add"
                aria-label={`Add ${member.label}`}
                title={member.help}
                onClick={() => {
                  apply(setValue(model, pathOf(member), beginning(member, names)));
                  setFocus(keyOf(member));
                }}
              >
                <Icon name="plus" size={12} /> {member.label}
              </button>
            </li>
          ))}
          {more ? <li>{more}</li> : null}
        </ul>
      ) : null}
    </div>
  );
}

interface Props {
  readonly member: Member;
  readonly path: Path;
  /** Absent where the member has to be there. */
  readonly onRemove?: () => void;
}

export function FieldView({ member, path, onRemove }: Props) {
  const { problems } = useScope();
  const id = useId();
  const remove = onRemove ? (
    <button type="button" className="icon-button" aria-label={`Remove ${member.label}`} onClick={onRemove}>
      <Icon name="cross" size={12} />
    </button>
  ) : null;
  if (isLeaf(member)) {
    const own = problems.filter((each) => isWithin(each.pointer, path));
    const described = own.length > 0 ? `${id}-wrong` : undefined;
    return (
      <div className={own.length > 0 ? "member wrong" : "member"}>
        {/* A duration is a map of its units; any other single value is put in the place of the alias. */}
        <Locked path={member.kind === "duration" ? path : []}>
          <Control
            shape={member}
            path={path}
            label={member.label}
            required={member.required === true}
            {...(member.help ? { hint: member.help } : {})}
            {...(described ? { describedBy: described } : {})}
          />
        </Locked>
        {remove}
        <ProblemNotes problems={own} id={`${id}-wrong`} />
      </div>
    );
  }
  const body = (
    <>
      <ProblemNotes problems={ownProblems(member, path, problems)} />
      <Composite shape={member} path={path} label={member.label} optional={onRemove !== undefined} />
    </>
  );
  if (member.inline) return body;
  return (
    <fieldset className="member group" aria-describedby={member.help ? `${id}-help` : undefined}>
      <legend>{member.label}</legend>
      {remove}
      {member.help ? (
        <small id={`${id}-help`} className="muted">
          {member.help}
        </small>
      ) : null}
      {body}
    </fieldset>
  );
}

/** What is wrong with the member as a whole: what is inside shows its own. */
function ownProblems(member: Member, path: Path, problems: ReturnType<typeof useScope>["problems"]) {
  if (member.kind === "group") return unclaimed(problems, path, member.members);
  return problems.filter((each) => each.pointer === pointerOf(path));
}

interface CompositeProps {
  readonly shape: Shape;
  readonly path: Path;
  readonly label: string;
  /** Whether it goes when nothing is left in it. */
  readonly optional: boolean;
}

/** A field of any shape. */
function Composite(props: CompositeProps) {
  // The list of steps only leads to them.
  if (props.shape.kind === "tasks" || props.shape.kind === "group" || isLeaf(props.shape)) return <Shaped {...props} />;
  return (
    <Locked path={props.path}>
      <Shaped {...props} />
    </Locked>
  );
}

function Shaped({ shape, path, label, optional }: CompositeProps) {
  switch (shape.kind) {
    case "group": {
      const kept = optional ? path.length - 1 : path.length;
      return <FieldList members={shape.members} base={path} kept={kept} atLeastOne={shape.atLeastOne} />;
    }
    case "variants":
      return <Variants shape={shape} path={path} label={label} draw={draw} optional={optional} />;
    case "map":
      return <Entries shape={shape} path={path} label={label} draw={draw} />;
    case "list":
      return <Items shape={shape} path={path} label={label} draw={draw} />;
    case "named":
      return <NamedItems shape={shape} path={path} label={label} draw={draw} />;
    case "schema":
      return <SchemaField path={path} />;
    case "tasks":
      return <Tasks path={path} />;
    default:
      return <Control shape={shape} path={path} label={label} required={!optional} bare />;
  }
}

const draw: Draw = (shape, path, label, optional) => (
  <Composite shape={shape} path={path} label={label} optional={optional} />
);

/** How the instances of a workflow are doing: what goes on now, and how those of the last 24 hours ended. */
import { Link } from "wouter";
import type { DayOutcomes, Health, UndoCoverage } from "../api/workflows";
import { Icon } from "../ui/Icon";
import { stateOf } from "../ui/states";
import { instancesAddress } from "./addresses";
import { needing } from "./listing";
import "./health.css";

const number = (count: number): string => count.toLocaleString("en");

interface NowProps {
  readonly health: Health;
  /** `namespace/name`, or `namespace/name:version`. */
  readonly workflow: string;
}

/** Statuses in which something still goes on; who needs a person is not counted there once more. */
const GOES_ON = ["pending", "running", "waiting", "suspended"];

export function Now({ health, workflow }: NowProps) {
  const stuck = needing(health);
  const going = GOES_ON.map((status) => {
    const count = (health.byStatus[status] ?? 0) - (health.needsPerson[status] ?? 0);
    return { status, count, ...stateOf(status) };
  }).filter(({ count }) => count > 0);
  const at = (filter: string): string => instancesAddress(workflow, filter);
  if (going.length === 0 && stuck === 0) return <span className="muted">nothing runs</span>;
  return (
    <ul className="doing">
      {stuck > 0 ? (
        <li>
          <Link className="tag failed" href={at("waitsFor=incident")}>
            <Icon name="stuck" size={12} /> {number(stuck)} need{stuck === 1 ? "s" : ""} a person
          </Link>
        </li>
      ) : null}
      {going.map(({ status, count, word, icon, tone }) => (
        <li key={status}>
          <Link className={`tag ${tone}`} href={at(`status=${status}`)}>
            {icon ? <Icon name={icon} size={12} /> : null} {number(count)} {word}
          </Link>
        </li>
      ))}
    </ul>
  );
}

const OUTCOMES = ["completed", "undone", "failed", "cancelled"] as const;

export function Day({ day }: { day: DayOutcomes }) {
  const seen = OUTCOMES.filter((each) => day[each] > 0);
  if (seen.length === 0) return <span className="muted">none ended</span>;
  return (
    <div className="day">
      <div className="day-bar" aria-hidden="true">
        {seen.map((each) => (
          <span key={each} className={`day-${each}`} style={{ flexGrow: day[each] }} />
        ))}
      </div>
      <p>
        {day.atLeast ? "at least " : ""}
        {seen.map((each) => `${number(day[each])} ${each}`).join(" · ")}
      </p>
    </div>
  );
}

export function Undoable({ undo: { undoable, effectful, undoes } }: { undo: UndoCoverage }) {
  if (effectful === 0 && undoes) {
    return (
      <span className="undoable" title="No step changes anything outside; what was done is undone all the same.">
        <Icon name="undo" size={12} /> has an undo
      </span>
    );
  }
  if (effectful === 0) return <span className="muted">nothing to undo</span>;
  return (
    <span className={undoable < effectful ? "undoable some-missing" : "undoable"}>
      <Icon name="undo" size={12} /> {undoable}/{effectful} undoable
    </span>
  );
}

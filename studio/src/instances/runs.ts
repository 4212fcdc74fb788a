/** What each step has done and when: rows of bars, read from a whole history. */
import type { HistoryEvent, Task } from "../api/instances";

export type Kind = "run" | "failed" | "skipped" | "cancelled" | "wait" | "retry" | "undo" | "undoFailed" | "person";

/** A stretch of time, in ms since 1970. */
export interface Bar {
  readonly kind: Kind;
  readonly from: number;
  /** Undefined while it lasts. */
  readonly to: number | undefined;
  readonly attempt: number;
  readonly error?: string;
}

/** One step in one pass through its block, with all its attempts. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly reference: string;
  readonly undo: boolean;
  readonly depth: number;
  /** Which pass of the loop around it, from 1; 0 where there is none. */
  readonly pass: number;
  readonly bars: readonly Bar[];
}

interface Open {
  readonly row: Draft;
  bar: { kind: Kind; from: number; to: number | undefined; attempt: number; error?: string };
}

interface Draft extends Omit<Row, "bars"> {
  readonly bars: Open["bar"][];
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly type?: string;
}

type Told = HistoryEvent & {
  readonly run: number;
  readonly parent: number;
  readonly slot?: number;
  readonly visit?: number;
  readonly index: number;
  readonly attempt: number;
  readonly entry: number;
  readonly problem?: Problem;
  readonly incident?: boolean;
};

/** Rows in the order in which they began. `tasks` says which step a run is of, `waits` which steps only wait. */
export function rowsOf(events: readonly HistoryEvent[], tasks: readonly Task[], waits: ReadonlySet<string>): Row[] {
  const fold = new Fold(tasks, waits);
  for (const event of events) fold.apply(event as Told);
  return fold.rows;
}

class Fold {
  readonly rows: Draft[] = [];
  private readonly named: ReadonlyMap<number, Task>;
  private readonly byId = new Map<string, Draft>();
  private readonly open = new Map<number, Open>();
  private readonly rowOf = new Map<number, Draft>();
  private readonly pass = new Map<number, number>();
  private readonly tries = new Map<number, number>();
  private readonly undoRuns = new Map<number, Draft>();

  constructor(
    tasks: readonly Task[],
    private readonly waits: ReadonlySet<string>,
  ) {
    this.named = new Map(tasks.map((task) => [task.run, task]));
  }

  apply(event: Told): void {
    FOLDS[event.type]?.(this, event);
  }

  skipped(event: Told): void {
    this.started(event);
    this.ended(event, "skipped");
  }

  stuck(event: Told): void {
    this.ended(event, "failed");
    this.begin(this.rowOf.get(event.run), event, "person");
  }

  iterated(event: Told): void {
    this.pass.set(event.run, event.index);
  }

  scheduled(event: Told): void {
    this.closed(event.run, event.at);
    this.begin(this.rowOf.get(event.run), event, "retry");
  }

  retried(event: Told): void {
    this.closed(event.run, event.at);
    this.tries.set(event.run, event.attempt);
    this.begin(this.rowOf.get(event.run), event, "run", event.attempt);
  }

  resolved(event: Told): void {
    this.closed(event.run, event.at);
    this.closed(-event.run, event.at);
  }

  over(event: Told): void {
    for (const run of [...this.open.keys()]) this.closed(run, event.at);
  }

  // An undo is known by its entry: the number of the run that it undoes, negative here.

  undoStarted(event: Told): void {
    const row = this.undoRow(event);
    this.closed(-event.entry, event.at);
    this.undoRuns.set(event.run, row);
    this.tries.set(event.run, event.attempt);
    this.begin(row, { ...event, run: -event.entry }, "undo", event.attempt);
  }

  undoEnded(event: Told): void {
    this.closed(-event.entry, event.at);
  }

  undoScheduled(event: Told): void {
    this.closed(-event.entry, event.at, "undoFailed", told(event.problem));
    this.begin(this.byId.get(undoId(event)), { ...event, run: -event.entry }, "retry");
  }

  undoFailed(event: Told): void {
    this.closed(-event.entry, event.at, "undoFailed", told(event.problem));
    if (event.incident === false) return;
    this.begin(this.byId.get(undoId(event)), { ...event, run: -event.entry }, "person");
  }

  started(event: Told): void {
    const task = this.named.get(event.run);
    if (!task) return;
    const index = this.pass.get(event.parent);
    const pass = index === undefined ? 0 : index + 1;
    const inside = this.rowOf.get(event.parent) ?? this.undoRuns.get(event.parent);
    const id = [inside?.id ?? "", task.reference, event.slot ?? 0, event.visit ?? 0, pass].join(" ");
    const row = this.row(id, {
      id,
      name: task.name,
      reference: task.reference,
      undo: inside?.undo ?? false,
      depth: inside ? inside.depth + 1 : 0,
      pass,
    });
    this.rowOf.set(event.run, row);
    const attempt = this.tries.get(event.parent) ?? 1;
    if (attempt > 1) this.tries.set(event.run, attempt);
    this.begin(row, event, row.undo ? "undo" : this.waits.has(task.reference) ? "wait" : "run", attempt);
  }

  private undoRow(event: Told): Draft {
    const of = this.rowOf.get(event.entry);
    const reference = of?.reference ?? this.named.get(event.entry)?.reference ?? "";
    const name = of?.name ?? this.named.get(event.entry)?.name ?? "a step";
    const id = undoId(event);
    return this.row(id, { id, name: `undo of ${name}`, reference, undo: true, depth: 0, pass: 0 });
  }

  private row(id: string, fields: Omit<Row, "bars">): Draft {
    const known = this.byId.get(id);
    if (known) return known;
    const made: Draft = { ...fields, bars: [] };
    this.byId.set(id, made);
    this.rows.push(made);
    return made;
  }

  private begin(row: Draft | undefined, event: Told, kind: Kind, attempt?: number): void {
    if (!row) return;
    const error = event.problem ? told(event.problem) : undefined;
    const bar = {
      kind,
      from: event.at,
      to: undefined,
      attempt: attempt ?? row.bars.at(-1)?.attempt ?? 1,
      ...(error && kind !== "run" ? { error } : {}),
    };
    row.bars.push(bar);
    this.open.set(event.run, { row, bar });
  }

  ended(event: Told, kind?: Kind): void {
    const failed = kind === "failed" && this.open.get(event.run)?.row.undo ? "undoFailed" : kind;
    this.closed(event.run, event.at, failed, event.problem ? told(event.problem) : undefined);
  }

  private closed(run: number, at: number, kind?: Kind, error?: string): void {
    const open = this.open.get(run);
    if (!open) return;
    this.open.delete(run);
    open.bar.to = at;
    if (kind) open.bar.kind = kind;
    if (error) open.bar.error = error;
  }
}

const FOLDS: Readonly<Record<string, (fold: Fold, event: Told) => void>> = {
  TaskStarted: (fold, event) => fold.started(event),
  TaskSkipped: (fold, event) => fold.skipped(event),
  TaskCompleted: (fold, event) => fold.ended(event),
  TaskFaulted: (fold, event) => fold.ended(event, "failed"),
  TaskCancelled: (fold, event) => fold.ended(event, "cancelled"),
  TaskStuck: (fold, event) => fold.stuck(event),
  IterationStarted: (fold, event) => fold.iterated(event),
  RetryScheduled: (fold, event) => fold.scheduled(event),
  TaskRetried: (fold, event) => fold.retried(event),
  IncidentResolved: (fold, event) => fold.resolved(event),
  UndoStarted: (fold, event) => fold.undoStarted(event),
  UndoCompleted: (fold, event) => fold.undoEnded(event),
  UndoRetryScheduled: (fold, event) => fold.undoScheduled(event),
  UndoFailed: (fold, event) => fold.undoFailed(event),
  InstanceCompleted: (fold, event) => fold.over(event),
  InstanceFaulted: (fold, event) => fold.over(event),
  InstanceCancelled: (fold, event) => fold.over(event),
};

const undoId = (event: Told): string => `undo ${event.entry}`;

const told = (problem: Problem | undefined): string =>
  problem?.detail ?? problem?.title ?? problem?.type?.split("/").at(-1) ?? "an error";

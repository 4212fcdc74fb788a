/** Help for whoever writes expressions: what one can see at its step, and what it gives. */
import { ask } from "./http";

/** As much of JSON Schema as the server tells of data: kinds, members, items. `{}` is anything. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
}

export interface Stage {
  readonly data: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly shape: Schema;
  readonly shapes: Readonly<Record<string, Schema>>;
}

export interface Visible {
  readonly task: string;
  /** Whether a trial came to the step; where it did not, the data are made up from what is known of them. */
  readonly reached: boolean;
  readonly stages: Readonly<Record<string, Stage | undefined>>;
  readonly secrets: readonly string[];
}

export interface Asked {
  readonly document: string;
  readonly task: string;
  readonly input?: unknown;
}

export const visible = (asked: Asked, signal?: AbortSignal): Promise<Visible> =>
  ask("/v1/rehearsals/visible", { json: asked, ...(signal ? { signal } : {}) });

export interface Fault {
  readonly message: string;
  readonly line: number | null;
  readonly column: number | null;
}

export interface Evaluated {
  readonly value?: unknown;
  readonly fault?: Fault | null;
}

export const evaluate = (expression: string, stage: Stage, signal?: AbortSignal): Promise<Evaluated> =>
  ask("/v1/rehearsals/evaluate", {
    json: { expression, data: stage.data, variables: stage.variables },
    ...(signal ? { signal } : {}),
  });

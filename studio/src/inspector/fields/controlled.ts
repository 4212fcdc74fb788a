import type { ReactNode } from "react";
import type { Path } from "../../document/task";
import type { Shape } from "../fields";

/** What every control of a single value is given. */
export interface Controlled {
  readonly id: string;
  readonly describedBy?: string | undefined;
  readonly value: unknown;
  readonly onCommit: (value: unknown) => void;
}

/** What a field that is made of others draws them with. `optional`: it goes when nothing is left in it. */
export type Draw = (shape: Shape, path: Path, label: string, optional: boolean) => ReactNode;

export interface Composed<S extends Shape> {
  readonly shape: S;
  readonly path: Path;
  readonly label: string;
  readonly draw: Draw;
}

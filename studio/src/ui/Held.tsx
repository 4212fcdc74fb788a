/** What follows a choice somewhere else: it stays as it is until the person sees that choice, and is made anew then. */
import { memo, type ReactNode } from "react";
import { useOncePainted } from "./painted";

interface Props {
  /** What was chosen. While it stays the same, what is inside follows at once. */
  readonly by: string | undefined;
  readonly children: ReactNode;
}

export function Held({ by, children }: Props) {
  const seen = useOncePainted(by);
  return <Inside held={seen !== by}>{children}</Inside>;
}

const Inside = memo(
  ({ children }: { held: boolean; children: ReactNode }) => children,
  (_, next) => next.held,
);

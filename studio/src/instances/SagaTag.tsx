import { StateTag } from "../ui/StateTag";

/** Where the undo of an instance stands. */
export function SagaTag({ saga }: { saga: string | null }) {
  if (saga === null) return null;
  return <StateTag state={saga === "stuck" ? "stuck" : saga === "compensating" ? "undoing" : "undone"} />;
}

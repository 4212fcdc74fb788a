import { Icon } from "./Icon";

/** An error for people, where the thing that failed would have been. */
export function Notice({ error }: { error: Error }) {
  return (
    <p className="notice" role="alert">
      <Icon name="alert" />
      <span>{error.message}</span>
    </p>
  );
}

/** Whether a version may be started: nothing is said of one that may. */
import type { DefinitionEntry } from "../api/definitions";
import { Icon } from "../ui/Icon";

export function VersionState({ version }: { version: DefinitionEntry }) {
  if (version.state === "active") return null;
  const retired = version.state === "retired";
  return (
    <span className={retired ? "tag idle" : "tag warning"}>
      <Icon name={retired ? "cross" : "alert"} size={12} /> {version.state}
    </span>
  );
}

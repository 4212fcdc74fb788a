/** The addresses of the pages of a workflow. */
interface Named {
  readonly namespace: string;
  readonly name: string;
}

export const workflowAddress = ({ namespace, name }: Named): string =>
  `/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;

/** Of a version, as instances name it: `namespace/name:version`. */
export function addressOf(reference: string): string {
  const [namespace = "", name = ""] = reference.replace(/:[^:/]*$/, "").split("/");
  return workflowAddress({ namespace, name });
}

export const designerAddress = (named: Named, version?: string): string =>
  `${workflowAddress(named)}/edit${version === undefined ? "" : `?version=${encodeURIComponent(version)}`}`;

/** `before` and `after`: versions; the later one may be a draft of this browser. */
export const compareAddress = (named: Named, before: string, after: string): string =>
  `${workflowAddress(named)}/compare/${encodeURIComponent(before)}...${encodeURIComponent(after)}`;

export const instancesAddress = (workflow: string, filter = ""): string =>
  `/instances?workflow=${encodeURIComponent(workflow)}${filter ? `&${filter}` : ""}`;

/** Who debugs, for others to see. Asked once, kept in this browser. */
const OWNER = "counterpoint.owner";

export const owner = {
  get: (): string => localStorage.getItem(OWNER) ?? "",
  set: (name: string): void => localStorage.setItem(OWNER, name),
};

/** Who debugs, for others to see. Asked once, kept in this browser. */
import { browser } from "../ui/storage";

const OWNER = "counterpoint.owner";

export const owner = {
  get: (): string => browser.get(OWNER) ?? "",
  set: (name: string): boolean => browser.set(OWNER, name),
};

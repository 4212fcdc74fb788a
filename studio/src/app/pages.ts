/** The pages that are reached from everywhere. */
import type { IconName } from "../ui/Icon";

export const PAGES: readonly (readonly [path: string, label: string, icon: IconName])[] = [
  ["/workflows", "Workflows", "flow"],
  ["/instances", "Instances", "runs"],
  ["/attention", "Attention", "inbox"],
  ["/insights", "Insights", "chart"],
];

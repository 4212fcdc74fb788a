/** What a problem says to a person. */
import type { Problem } from "../api/instances";

/** The service's own words first: the engine's only say which request they answer. */
export function toldBy(problem: Problem): readonly string[] {
  const content = problem.content;
  const own = typeof content === "object" && content !== null && "detail" in content ? content.detail : undefined;
  const lines = [own, problem.detail ?? problem.title].filter((line): line is string => typeof line === "string");
  return [...new Set(lines)];
}

/** Its kind and its number: `communication 422`. */
export function shortOf(problem: Problem): string {
  return `${problem.type.split("/").at(-1) ?? problem.type} ${problem.status}`;
}

/** The specification's own examples, where they are at hand: `OWS_DATA`, or `shared/ows` beside the checkout. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
const FOLDERS = [join(process.env.OWS_DATA ?? join(ROOT, "..", "shared", "ows"), "examples"), join(ROOT, "examples")];

export interface Example {
  readonly name: string;
  readonly text: string;
}

function found(folder: string): Example[] {
  if (!existsSync(folder)) {
    console.warn(`left out: there is no ${folder}; OWS_DATA says where the specification's data is`);
    return [];
  }
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".yaml") && !name.includes("scenarios"))
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
}

/** Documents to edit: the specification's and our own. */
export const EXAMPLES: readonly Example[] = FOLDERS.flatMap(found);

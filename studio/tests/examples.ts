/** The specification's own examples, where they are at hand: `OWS_DATA`, or `shared/ows` beside the checkout. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as load } from "yaml";

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

const INDENTATIONS = [undefined, 2, "\t"];

/** Some of them as JSON: on one line, in lines, and in lines that are moved by tabs. */
const IN_JSON: readonly Example[] = EXAMPLES.filter((_, index) => index % 3 === 0).map(({ name, text }, index) => ({
  name: `${name} as JSON`,
  text: JSON.stringify(load(text), null, INDENTATIONS[index % INDENTATIONS.length]),
}));

export const IN_BOTH: readonly Example[] = [...EXAMPLES, ...IN_JSON];

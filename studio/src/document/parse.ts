/** From text to model. Works on what is there: a document that is broken further down still shows its upper part. */
import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { aliasesIn, meant } from "./aliases";
import type { Model, Range } from "./task";
import { tasksIn } from "./tree";

export function parse(text: string): Model {
  const document = parseDocument(text, { keepSourceTokens: true, prettyErrors: true, version: "1.2" });
  const faults = document.errors.map((each) => ({ message: firstLine(each.message), range: each.pos as Range }));
  if (faults.length === 0 && text.includes("*")) faults.push(...aliasesIn(document).faults);
  const root = isMap(document.contents) ? document.contents : undefined;
  const about: unknown = meant(document, root?.get("document", true));
  const told = (key: string): string => {
    const node = isMap(about) ? meant(document, about.get(key, true)) : undefined;
    return isScalar(node) && node.value !== null ? String(node.value) : "";
  };
  return {
    text,
    json: isJson(text),
    document,
    heading: { namespace: told("namespace"), name: told("name"), version: told("version") },
    tasks: root ? tasksIn(document, root as YAMLMap) : [],
    faults,
  };
}

function isJson(text: string): boolean {
  if (!text.trimStart().startsWith("{")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // YAML in flow style begins so too
  }
}

/** Whether the text could be read as YAML that has tasks: what is drawn is then as fresh as the text. */
export const isSound = (model: Model): boolean => model.faults.length === 0 && isMap(model.document.contents);

const firstLine = (message: string): string => message.split("\n", 1)[0]?.replace(/ at line.*$/, "") ?? message;

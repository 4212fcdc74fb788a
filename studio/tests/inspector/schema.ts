/** The verdict of the specification's own schema; of what is ours beside it, each task list. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { parse as load } from "yaml";
import { isPlain, type Plain } from "../../src/inspector/fields";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const FILE = join(process.env.OWS_DATA ?? join(ROOT, "..", "shared", "ows"), "schema", "workflow.yaml");

export const HAS_SCHEMA = existsSync(FILE);

const compiled = HAS_SCHEMA ? compile() : undefined;

function compile() {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  addFormats(ajv);
  const schema = load(readFileSync(FILE, "utf8"));
  const document = ajv.compile(schema);
  const tasks = ajv.compile({ $ref: `${schema.$id}#/$defs/taskList` });
  return { document, tasks };
}

/** What is wrong with a document; nothing where it is sound. */
export function wrong(text: string): readonly string[] {
  if (!compiled) return [];
  const undos: unknown[] = [];
  const plain = without(load(text), undos);
  const { document, tasks } = compiled;
  const told: string[] = [];
  if (!document(plain)) told.push(...(document.errors ?? []).map((each) => `${each.instancePath} ${each.message}`));
  for (const undo of undos) {
    if (!tasks(undo)) told.push(...(tasks.errors ?? []).map((each) => `undo: ${each.instancePath} ${each.message}`));
  }
  return told;
}

const OURS = new Set(["compensate", "saga", "betweenAttempts"]);

/** A document without what the specification does not have. */
function without(value: unknown, undos: unknown[]): unknown {
  if (Array.isArray(value)) return value.map((each) => without(each, undos));
  if (!isPlain(value)) return value;
  const kept: Plain = {};
  for (const [key, inner] of Object.entries(value)) {
    if (!OURS.has(key)) kept[key] = without(inner, undos);
    else if (isPlain(inner))
      undos.push(...[inner.do, inner.probe].filter(Array.isArray).map((each) => without(each, undos)));
  }
  return kept;
}

// Schemas: what type something is, and what its members are.

import { el, prose } from "./elements.js";

const DEEP = 4;

export function nameOf(schema) {
  return schema.$ref ? schema.$ref.split("/").pop() : null;
}

export function typeOf(schema, resolve) {
  if (schema.$ref) return nameOf(schema);
  const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (parts) {
    if (parts.every((part) => part.const !== undefined)) return "one of these";
    return [...new Set(parts.map((part) => typeOf(part, resolve)))].join(" or ");
  }
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {}, resolve)}`;
  if (schema.format) return `${schema.type} (${schema.format})`;
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  return schema.type ?? "any JSON";
}

function inner(schema, resolve) {
  const parts = [schema, ...(schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []), schema.items ?? {}];
  const objects = parts.flatMap((part) => [part, part.items ?? {}]).map(resolve).filter((part) => part.properties);
  return objects[0] ?? null;
}

export function membersOf(schema, resolve, depth = 0) {
  const object = inner(schema, resolve);
  if (!object || depth > DEEP) return null;
  const required = new Set(object.required ?? []);
  const members = Object.entries(object.properties).map(([name, each]) => {
    const choices = (each.oneOf ?? []).filter((one) => one.const !== undefined);
    const below = inner(each, resolve);
    const lazily = below && el("details", {}, el("summary", {}, "members"));
    lazily?.addEventListener("toggle", () => lazily.childElementCount === 1 && lazily.append(membersOf(each, resolve, depth + 1) ?? ""));
    return el("li", {}, [
      el("code", {}, name),
      required.has(name) && el("span", { class: "needed" }, "required"),
      el("span", { class: "type" }, typeOf(each, resolve)),
      each.description && el("div", {}, prose(each.description)),
      choices.length > 0 &&
        el("details", {}, [
          el("summary", {}, `${choices.length} values`),
          el("ul", { class: "members" }, choices.map((one) => el("li", {}, [el("code", {}, String(one.const)), " ", one.description ?? ""]))),
        ]),
      lazily,
    ]);
  });
  return el("ul", { class: "members" }, members);
}

/** A value that fits, for those to start from who write a body. */
export function sampleOf(schema, resolve, depth = 0) {
  const whole = resolve(schema);
  if (whole.examples?.length) return whole.examples[0];
  if (whole.example !== undefined) return whole.example;
  if (whole.default !== undefined) return whole.default;
  if (whole.const !== undefined) return whole.const;
  if (whole.enum) return whole.enum[0];
  const parts = whole.anyOf ?? whole.oneOf ?? whole.allOf;
  if (parts) return sampleOf(parts[0], resolve, depth + 1);
  if (whole.properties && depth < DEEP) {
    const names = whole.required ?? Object.keys(whole.properties);
    return Object.fromEntries(names.map((name) => [name, sampleOf(whole.properties[name], resolve, depth + 1)]));
  }
  return { array: [], string: "", integer: 1, number: 1, boolean: false, null: null }[whole.type] ?? {};
}

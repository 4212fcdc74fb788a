// Shows /openapi.json. No library: what is in the document is made into elements, never into markup.

import { formOf } from "./calling.js";
import { el, prose } from "./elements.js";
import { membersOf, typeOf } from "./schemas.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
let api;

function resolve(value) {
  if (!value?.$ref) return value;
  return value.$ref.slice(2).split("/").reduce((at, key) => at[key.replaceAll("~1", "/").replaceAll("~0", "~")], api);
}

function parameters(operation) {
  const found = (operation.parameters ?? []).map(resolve);
  if (!found.length) return null;
  const rows = found.map((each) =>
    el("tr", {}, [
      el("th", { scope: "row" }, [el("code", {}, each.name), each.required && el("span", { class: "needed" }, "required")]),
      el("td", { class: "type" }, [typeOf(each.schema, resolve), el("br"), el("small", {}, `in ${each.in}`)]),
      el("td", {}, [...prose(each.description ?? ""), each.schema?.default !== undefined && el("small", {}, [" Default: ", el("code", {}, JSON.stringify(each.schema.default))])]),
    ]),
  );
  return el("div", {}, [el("h4", {}, "Parameters"), el("table", {}, el("tbody", {}, rows))]);
}

function content(described) {
  return Object.entries(described.content ?? {}).flatMap(([mediaType, each]) => {
    const named = Object.entries(each.examples ?? {});
    return [
      el("p", {}, [el("code", {}, mediaType), " ", typeOf(each.schema ?? {}, resolve)]),
      membersOf(each.schema ?? {}, resolve),
      ...named.map(([name, example]) =>
        el("details", {}, [el("summary", {}, name === "example" ? "Example" : name), el("pre", { tabindex: "0" }, JSON.stringify(example.value, null, 2))]),
      ),
    ];
  });
}

function answers(operation) {
  const made = Object.entries(operation.responses).map(([status, given]) => {
    const answer = resolve(given);
    const headers = Object.entries(answer.headers ?? {}).filter(([name]) => name !== "X-Request-Id");
    return el("details", { class: "answer" }, [
      el("summary", {}, [el("span", { class: `status s${status[0]}` }, status), " ", answer.description]),
      el("div", {}, [
        ...content(answer),
        headers.length > 0 &&
          el("p", {}, ["Headers: ", ...headers.flatMap(([name, each], at) => [at ? ", " : "", el("code", { title: each.description ?? "" }, name)])]),
      ]),
    ]);
  });
  return el("div", {}, [el("h4", {}, "Answers"), ...made]);
}

/** Breaks before a slash, never within a word. */
function pathOf(path) {
  return path.split(/(?=\/)/).flatMap((part) => [el("wbr"), /[{]/.test(part) ? ["/", el("i", {}, part.slice(1))] : part].flat());
}

/** `startInstance` as people say it. */
function wordsOf(id) {
  const words = id.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return words[0].toUpperCase() + words.slice(1);
}

function operationOf({ method, path, operation }) {
  const body = operation.requestBody && resolve(operation.requestBody);
  const open = operation.security?.length === 0;
  const filled = el("div", { class: "body" });
  const details = el("details", {}, [
    el("summary", {}, [
      el("span", { class: `method ${method}` }, method),
      el("h3", {}, pathOf(path)),
      el("span", { class: "what" }, prose(operation.summary)),
    ]),
    filled,
  ]);
  const fill = () => {
    if (filled.childElementCount) return;
    filled.append(
      el("div", {}, prose(operation.description)),
      el("div", { class: "facts" }, [
        el("span", {}, operation.operationId),
        el("span", {}, open ? "public" : `permission ${operation["x-permission"] ?? "any token"}`),
      ]),
    );
    for (const part of [
      parameters(operation),
      body && el("div", {}, [el("h4", {}, body.required ? "Body" : "Body (may be left out)"), ...content(body)]),
      answers(operation),
      formOf({ method, path, operation, body, resolve }),
    ]) if (part) filled.append(part);
  };
  details.addEventListener("toggle", () => details.open && fill());
  const article = el("article", { id: operation.operationId }, details);
  return { article, details, fill };
}

function textOf({ method, path, operation }) {
  const body = operation.requestBody && resolve(operation.requestBody);
  const schemas = [...Object.values(body?.content ?? {}), ...Object.values(operation.responses).map(resolve).flatMap((each) => Object.values(each.content ?? {}))];
  const names = schemas.map((each) => each.schema?.$ref?.split("/").pop() ?? "");
  const fields = Object.values(body?.content ?? {}).flatMap((each) => Object.keys(resolve(each.schema ?? {}).properties ?? {}));
  const given = (operation.parameters ?? []).map((each) => resolve(each).name);
  return [method, path, operation.operationId, operation.description, ...names, ...fields, ...given].join(" ").toLowerCase();
}

function show(document_) {
  api = document_;
  document.getElementById("version").textContent = api.info.version;
  const main = document.getElementById("content");
  const index = document.getElementById("index");
  const all = Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ method, path, operation: item[method] })),
  );
  main.replaceChildren(el("p", {}, prose(api.info.description)));
  const shown = [];
  for (const tag of api.tags) {
    const section = el("section", {}, [el("h2", { id: `tag-${tag.name}` }, tag.name), el("p", {}, tag.description)]);
    const list = el("ul");
    for (const each of all.filter((one) => one.operation.tags?.[0] === tag.name)) {
      const made = operationOf(each);
      const link = el("a", { href: `#${each.operation.operationId}`, title: each.path }, [
        el("span", { class: `method ${each.method}` }, each.method),
        el("span", {}, wordsOf(each.operation.operationId)),
      ]);
      list.append(el("li", {}, link));
      section.append(made.article);
      shown.push({ ...made, link, section, list, text: textOf(each), id: each.operation.operationId });
    }
    index.append(el("h2", {}, tag.name), list);
    main.append(section);
  }
  const none = el("p", { role: "status", hidden: "" }, "Nothing of that name.");
  main.append(none);
  return { shown, none };
}

function search({ shown, none }, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const each of shown) {
    const hit = wanted.every((word) => each.text.includes(word));
    each.article.hidden = each.link.parentElement.hidden = !hit;
    found += hit;
  }
  for (const { section, list } of shown) {
    const empty = ![...section.querySelectorAll("article")].some((each) => !each.hidden);
    section.hidden = empty;
    list.hidden = list.previousElementSibling.hidden = empty;
  }
  none.hidden = found > 0;
}

function go(page) {
  const id = decodeURIComponent(location.hash.slice(1));
  for (const each of page.shown) {
    const current = each.id === id;
    if (current) {
      each.fill();
      each.details.open = true;
      each.article.scrollIntoView();
      each.link.setAttribute("aria-current", "true");
    } else each.link.removeAttribute("aria-current");
  }
}

async function begin() {
  const answer = await fetch("/openapi.json", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`/openapi.json was answered ${answer.status}`);
  const page = show(await answer.json());
  const field = document.getElementById("search");
  field.addEventListener("input", () => search(page, field.value));
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) {
      event.preventDefault();
      field.focus();
    }
  });
  addEventListener("hashchange", () => go(page));
  go(page);
}

begin().catch((error) => {
  document.getElementById("content").replaceChildren(el("p", { role: "alert" }, `The description cannot be read: ${error.message}`));
});

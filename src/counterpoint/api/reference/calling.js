// "Try it": sends a request to this server, and shows it as a curl command.

import { el } from "./elements.js";
import { sampleOf } from "./schemas.js";

const BYTES_SHOWN_MAX = 200_000;

function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function requestOf({ method, path }, fields, body) {
  let address = path;
  const query = new URLSearchParams();
  const headers = {};
  for (const { parameter, input } of fields) {
    const value = input.value;
    if (value === "" && parameter.in !== "path") continue;
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (parameter.in === "query") {
      for (const each of parameter.schema?.type === "array" ? value.split(",") : [value]) query.append(parameter.name, each.trim());
    } else headers[parameter.name] = value;
  }
  const token = document.getElementById("token").value;
  if (token) headers.Authorization = `Bearer ${token}`;
  const text = body?.text.value ?? "";
  if (text) headers["Content-Type"] = body.type.value;
  const search = query.toString();
  return { url: search ? `${address}?${search}` : address, options: { method: method.toUpperCase(), headers, body: text || undefined } };
}

function curlOf({ url, options }) {
  const parts = [`curl -i -X ${options.method} ${quoted(location.origin + url)}`];
  for (const [name, value] of Object.entries(options.headers)) {
    // The token itself stays out of what is copied.
    parts.push(name === "Authorization" ? `-H "Authorization: Bearer $COUNTERPOINT_API_TOKEN"` : `-H ${quoted(`${name}: ${value}`)}`);
  }
  if (options.body) parts.push(`--data-binary ${quoted(options.body)}`);
  return parts.join(" \\\n  ");
}

async function shown(answer, output, stop) {
  const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  output.textContent = `${answer.status} ${answer.statusText}\n${headers}\n\n`;
  if (!answer.body) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  stop.addEventListener("abort", () => reader.cancel());
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
    if (text.length > BYTES_SHOWN_MAX) {
      output.append(`${text.slice(0, BYTES_SHOWN_MAX)}\n… cut here`);
      reader.cancel();
      return;
    }
    if (answer.headers.get("content-type")?.startsWith("text/event-stream")) output.append(value);
  }
  if (/json/.test(answer.headers.get("content-type") ?? "")) {
    try {
      text = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // Shown as it came.
    }
    output.append(text);
  } else if (!answer.headers.get("content-type")?.startsWith("text/event-stream")) output.append(text);
}

function bodyFields(body, resolve, id) {
  if (!body) return null;
  const types = Object.keys(body.content);
  const type = el("select", { "aria-label": "Media type" }, types.map((each) => el("option", { value: each }, each)));
  const text = el("textarea", { class: "code", spellcheck: "false", id });
  const fill = () => {
    const schema = body.content[type.value].schema ?? {};
    text.value = /json/.test(type.value) ? JSON.stringify(sampleOf(schema, resolve), null, 2) : "";
  };
  type.addEventListener("change", fill);
  if (body.required) fill();
  return { type, text };
}

function fieldOf(parameter, id) {
  const values = parameter.schema?.enum;
  const input = values
    ? el("select", { id }, ["", ...values].map((each) => el("option", { value: each }, each || "—")))
    : el("input", { id, placeholder: parameter.schema?.default !== undefined ? String(parameter.schema.default) : "", autocomplete: "off" });
  if (parameter.required) input.required = true;
  return { parameter, input };
}

export function formOf({ method, path, operation, body, resolve }) {
  const id = (name) => `${operation.operationId}-${name}`;
  const fields = (operation.parameters ?? []).map(resolve).map((each) => fieldOf(each, id(each.name)));
  const written = bodyFields(body, resolve, id("body"));
  const output = el("pre", { hidden: "", tabindex: "0", "aria-live": "polite" });
  const stop = el("button", { type: "button", class: "quiet", hidden: "" }, "Stop");
  const curl = el("button", { type: "button", class: "quiet" }, "As curl");
  const form = el("form", { "aria-label": `Try ${operation.operationId}` }, [
    ...fields.map(({ parameter, input }) => el("div", { class: "row" }, [el("label", { for: input.id }, el("code", {}, parameter.name)), input])),
    written && el("div", { class: "row" }, [el("label", { for: written.text.id }, "body"), written.type]),
    written?.text,
    el("div", { class: "buttons" }, [el("button", {}, "Send"), curl, stop]),
    output,
  ]);
  let running = null;
  const say = (text) => {
    output.hidden = false;
    output.textContent = text;
  };
  curl.addEventListener("click", () => say(curlOf(requestOf({ method, path }, fields, written))));
  stop.addEventListener("click", () => running?.abort());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    running?.abort();
    const own = (running = new AbortController());
    const { url, options } = requestOf({ method, path }, fields, written);
    stop.hidden = false;
    say("…");
    try {
      await shown(await fetch(url, { ...options, signal: own.signal }), output, own.signal);
    } catch (error) {
      if (!own.signal.aborted) output.append(`\n${error.message}`);
    } finally {
      stop.hidden = own === running;
    }
  });
  return el("div", {}, [el("h4", {}, "Try it"), form]);
}

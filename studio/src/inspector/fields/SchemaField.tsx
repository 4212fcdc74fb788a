/** What data looks like: its fields, each with a kind; the whole of the schema as text below. */
import { useId, useState } from "react";
import { namesIn, renameEntry } from "../../document/edits/entries";
import { setItem } from "../../document/edits/items";
import { removeMember, setMember } from "../../document/edits/members";
import { inOrder } from "../../document/splice";
import type { Path } from "../../document/task";
import { freeKey, isPlain } from "../fields";
import { Locked } from "../Locked";
import { useScope, valueAt } from "../scope";
import { RowName } from "./RowName";
import { AddRow, RowTools } from "./Rows";
import { ValueField } from "./ValueField";

const TYPES = [
  ["string", "text"],
  ["number", "number"],
  ["integer", "whole number"],
  ["boolean", "yes or no"],
  ["array", "list"],
  ["object", "group of fields"],
] as const;

export function SchemaField({ path }: { readonly path: Path }) {
  const [asText, setAsText] = useState(false);
  const { model } = useScope();
  const id = useId();
  const document: Path = [...path, "document"];
  const value = valueAt(model, document);
  const simple = isPlain(value) && (value.type === "object" || isPlain(value.properties));
  const text = asText || !simple;
  return (
    <div className="schema">
      {simple ? (
        <button type="button" className="button" aria-pressed={text} onClick={() => setAsText(!asText)}>
          As text
        </button>
      ) : null}
      {text ? (
        <div className="field bare">
          <label htmlFor={id}>Schema as text</label>
          <ValueField id={id} value={value} path={document} onCommit={() => undefined} />
        </div>
      ) : (
        <Locked path={[...document, "properties"]}>
          <Properties path={document} value={value} />
        </Locked>
      )}
    </div>
  );
}

function Properties({ path, value }: { path: Path; value: Record<string, unknown> }) {
  const { model, apply } = useScope();
  const map: Path = [...path, "properties"];
  const keys = namesIn(model, map);
  const required = Array.isArray(value.required) ? value.required.map(String) : [];
  const requires = (names: readonly string[]) =>
    names.length > 0
      ? setMember(model, [...path, "required"], names)
      : removeMember(model, [...path, "required"], path.length);
  return (
    <div className="rows">
      {keys.map((key, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name changes while it is typed, its place does not
        <div className="row" key={index}>
          <div className="row-head">
            <RowName
              label={`Name of field ${index + 1}`}
              name={key}
              taken={keys.filter((each) => each !== key)}
              onRename={(wanted) => {
                const at = required.indexOf(key);
                const also = at < 0 ? [] : setItem(model, [...path, "required"], at, wanted);
                apply(inOrder([...renameEntry(model, map, key, wanted), ...also]));
              }}
            />
            <RowTools
              name={key}
              index={0}
              length={1}
              least={0}
              onUp={() => undefined}
              onDown={() => undefined}
              onRemove={() => {
                const also = required.includes(key) ? requires(required.filter((each) => each !== key)) : [];
                apply(inOrder([...removeMember(model, [...map, key], map.length), ...also]));
              }}
            />
          </div>
          <div className="row-type">
            <TypeChoice path={[...map, key]} name={key} />
            <label className="check">
              <input
                type="checkbox"
                checked={required.includes(key)}
                onChange={(event) =>
                  apply(requires(event.target.checked ? [...required, key] : required.filter((each) => each !== key)))
                }
              />
              needed
            </label>
          </div>
        </div>
      ))}
      <AddRow
        noun="field"
        onAdd={() => apply(setMember(model, [...map, freeKey(keys, "field")], { type: "string" }))}
      />
    </div>
  );
}

function TypeChoice({ path, name }: { path: Path; name: string }) {
  const { model, apply } = useScope();
  const own = valueAt(model, path);
  const type = isPlain(own) ? String(own.type ?? "") : "";
  return (
    <select
      aria-label={`Kind of ${name}`}
      value={type}
      onChange={(event) => apply(setMember(model, [...path, "type"], event.target.value))}
    >
      {TYPES.some(([each]) => each === type) ? null : <option value={type}>{type || "anything"}</option>}
      {TYPES.map(([each, label]) => (
        <option key={each} value={each}>
          {label}
        </option>
      ))}
    </select>
  );
}

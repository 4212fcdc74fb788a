/** Definitions on the server. */
import { ask, type Diagnostic } from "./http";

export interface DefinitionEntry {
  readonly reference: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly digest: string;
  readonly publishedAt: string;
  readonly state: "active" | "deprecated" | "retired";
  /** Deprecated: from when on it cannot be started. */
  readonly sunset: string | null;
  /** What to start instead: `namespace/name:RANGE`. */
  readonly replacement: string | null;
}

export interface DefinitionText extends DefinitionEntry {
  readonly text: string;
}

export interface Validation {
  readonly valid: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

const address = (...parts: string[]): string => `/v1/definitions/${parts.map(encodeURIComponent).join("/")}`;

export const getDefinition = (namespace: string, name: string, version: string): Promise<DefinitionText> =>
  ask(address(namespace, name, version));

export async function validateDefinition(yaml: string, signal?: AbortSignal): Promise<Validation> {
  const found = await ask<Told>("/v1/definitions/validate", { yaml, ...(signal ? { signal } : {}) });
  return { ...found, diagnostics: found.diagnostics.map(wholly) };
}

/** What has no place or is about no part of the document leaves that out. */
interface Told {
  readonly valid: boolean;
  readonly diagnostics: readonly (Omit<Diagnostic, "line" | "column" | "pointer"> & Partial<Diagnostic>)[];
}

const wholly = (told: Told["diagnostics"][number]): Diagnostic => ({
  ...told,
  line: told.line ?? null,
  column: told.column ?? null,
  pointer: told.pointer ?? "",
});

export const publishDefinition = (yaml: string): Promise<DefinitionEntry> => ask("/v1/definitions", { yaml });

/** What changes the state of a version. It is bound to the state that was seen: `tag` is that of the version. */
export type StateChange = "deprecate" | "undeprecate" | "retire";

export interface Why {
  readonly reason?: string;
  readonly sunset?: string;
  readonly replacement?: string;
}

export const changeState = (version: DefinitionEntry, tag: string, change: StateChange, why: Why): Promise<unknown> =>
  ask(`${address(version.namespace, version.name, version.version)}/${change}`, {
    json: why,
    headers: { "If-Match": tag },
  });

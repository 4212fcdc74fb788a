/** What a workflow takes as its input, and whether a value is such. Nothing is started here. */
import { ask } from "./http";

export interface InputForm {
  /** `namespace/name:version`. */
  readonly workflow: string;
  /** A JSON Schema; `null` where anything is taken. */
  readonly schema: unknown;
  /** Whether instances get their business key from the input, where the start names none. */
  readonly makesBusinessKey: boolean;
}

export interface CheckedInput {
  readonly valid: boolean;
  readonly faults: readonly { readonly pointer: string; readonly message: string }[];
}

interface Definition {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
}

const address = ({ namespace, name, version }: Definition): string =>
  `/v1/definitions/${[namespace, name, version].map(encodeURIComponent).join("/")}/input`;

export const getInputForm = (definition: Definition): Promise<InputForm> => ask(address(definition));

export const checkInput = (definition: Definition, input: unknown): Promise<CheckedInput> =>
  ask(address(definition), { json: { input } });

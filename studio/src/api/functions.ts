/** Functions that the server was given to call by name. */
import { ask } from "./http";

export interface ServerFunction {
  readonly name: string;
  readonly summary: string | null;
  readonly readOnly: boolean;
  /** null where they are not known. */
  readonly arguments: readonly { readonly name: string; readonly required: boolean }[] | null;
  readonly furtherArguments: boolean;
}

export const listFunctions = async (signal: AbortSignal): Promise<readonly ServerFunction[]> =>
  (await ask<{ items: readonly ServerFunction[] }>("/v1/functions", { signal })).items;

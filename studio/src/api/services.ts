/** What services offer to calls. */
import { ask } from "./http";

export interface OperationArgument {
  readonly name: string;
  readonly place: "path" | "query" | "header" | "cookie" | "body";
  readonly required: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly description: string | null;
}

export interface ServiceOperation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string | null;
  readonly arguments: readonly OperationArgument[];
  /** The operation that undoes it, where the document says so. */
  readonly undoneBy: string | null;
}

/** Where the document of a service is, or the document itself. */
export type Source = { readonly uri: string } | { readonly document: string };

export const listOperations = async (source: Source): Promise<readonly ServiceOperation[]> =>
  (await ask<{ items: readonly ServiceOperation[] }>("/v1/operations", { json: source })).items;

/** What the server tells editors of the language. */
import type { Schema } from "../editor/schema";
import { ask } from "./http";

export const workflowSchema = (signal?: AbortSignal): Promise<Schema> =>
  ask("/v1/schemas/workflow", signal ? { signal } : {});

import { ToolError } from "../platform/errors.ts";
import type { CodeIndex } from "./codeIndex.ts";

/** Search by meaning over the code of the workspace, where the user has set an endpoint for embeddings. */
export type Meaning = CodeIndex;

/** What stands there without an endpoint: everything says which setting to set. */
export function noMeaning(): Meaning {
  const refuse = () => Promise.reject(notSet());
  return {
    find: refuse,
    start: () => undefined,
    refresh: refuse,
    stop: () => undefined,
    status: refuse,
    clear: refuse,
    dispose: () => Promise.resolve(),
  };
}

function notSet(): ToolError {
  return new ToolError(
    "NOT_READY",
    "Search by meaning needs an endpoint for embeddings, and none is set.",
    "Use mode text, or have the user set langflowConnect.embeddings.url and langflowConnect.embeddings.model (LFC_EMBEDDINGS_URL and LFC_EMBEDDINGS_MODEL).",
  );
}

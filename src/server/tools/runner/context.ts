import type { Analysis } from "../../analysis/door.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Caller, Progress } from "../../platform/call.ts";
import type { Jobs } from "./jobs.ts";
import type { Edits } from "../../workspace/edits/edits.ts";
import type { Search } from "../../workspace/search/search.ts";
import type { Workspace } from "../../workspace/workspace.ts";

/** All that a tool may use. A member is added when a tool needs it. */
export interface ToolContext {
  readonly workspace: Workspace;
  readonly edits: Edits;
  readonly search: Search;
  readonly analysis: Analysis;
  readonly jobs: Jobs;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly caller: Caller;
  readonly arrivedAt: Date;
  progress(progress: Progress): void;
}

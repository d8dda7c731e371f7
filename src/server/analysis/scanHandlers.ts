import type { Handlers } from "./answerCalls.ts";
import type { ScanMethods } from "./messages.ts";
import type { Exclusions } from "../platform/ignoreRules.ts";
import { createScans } from "./repository/scans.ts";
import { createReaders } from "./syntax/reader.ts";

/** The methods of the scan thread. */
export function scanHandlers(exclusions: Exclusions): Handlers<keyof ScanMethods> {
  const { repository, quality, components } = createScans(createReaders(), exclusions);
  return { repository, quality, components };
}

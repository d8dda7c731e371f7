import type { Handlers } from "./answerCalls.ts";
import type { ScanMethods } from "./messages.ts";
import { createScans } from "./repository/scans.ts";
import { createReaders } from "./syntax/reader.ts";

const scans = createScans(createReaders());

/** The methods of the scan thread. */
export const scanHandlers: Handlers<keyof ScanMethods> = {
  repository: scans.repository,
  quality: scans.quality,
  components: scans.components,
};

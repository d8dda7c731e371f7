import type { Handlers } from "./answerCalls.ts";
import type { ScanMethods } from "./messages.ts";
import { analyzeRepository } from "./repository.ts";

/** The methods of the scan thread. */
export const scanHandlers: Handlers<keyof ScanMethods> = {
  repository: (query, { signal }) => analyzeRepository(query, signal),
};

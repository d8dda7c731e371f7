import type { Handlers } from "../answerCalls.ts";
import type { ProjectMethods } from "../messages.ts";

/** The methods of the project thread. */
export function projectHandlers(_roots: readonly string[]): Handlers<keyof ProjectMethods> {
  return {
    impact: () => ({ added: [], removed: [], scope: 0, complete: false }),
  };
}

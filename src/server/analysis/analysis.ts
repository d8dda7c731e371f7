import type { RuleChanges } from "../../protocol/findings.ts";
import { defaultExclusions } from "../platform/ignoreRules.ts";
import type { Exclusions } from "../platform/ignoreRules.ts";
import type { Method, NamedRoot, Thread } from "./messages.ts";
import { threadOf } from "./messages.ts";
import { createAnalysisThread } from "./thread.ts";
import type { Ask } from "./thread.ts";

/** What the rest of the server asks of analysis: a function for each method of the table in messages.ts. */
export type Analysis = { readonly [M in Method]: Ask<M> } & {
  /** Ends the threads that have been idle for so long, with their projects and answers; false when none was. */
  release(idleMs: number): Promise<boolean>;
  dispose(): Promise<void>;
};

export interface AnalysisOptions {
  readonly workerFile: URL;
  readonly roots: readonly NamedRoot[];
  /** What scans leave out; VS Code's defaults without. */
  readonly exclusions?: Exclusions;
  /** Texts that the editor has and the disk does not, by absolute path; they win over the disk in every answer. */
  overlays(): ReadonlyMap<string, string>;
  /** What the user's settings change of the rules of findings; read for each question. */
  ruleChanges?(): RuleChanges;
}

/**
 * Analysis runs in two worker threads, so that the endpoint stays quick and a scan of the whole repository does not
 * delay a question about one symbol.
 */
export function createAnalysis({
  workerFile,
  roots,
  overlays,
  exclusions = defaultExclusions,
  ruleChanges = () => ({}),
}: AnalysisOptions): Analysis {
  const start = (thread: Thread) => createAnalysisThread({ workerFile, data: { thread, roots, exclusions }, overlays });
  const threads = { scan: start("scan"), project: start("project") };
  const ask = <M extends Method>(method: M) => threads[threadOf[method]].ask(method);
  const quality = ask("quality");

  return {
    repository: ask("repository"),
    symbols: ask("symbols"),
    references: ask("references"),
    diagnostics: ask("diagnostics"),
    quality: (query, options) => quality({ ...query, rules: ruleChanges() }, options),
    refactor: ask("refactor"),
    components: ask("components"),
    comments: ask("comments"),
    impact: ask("impact"),
    exports: ask("exports"),
    faults: ask("faults"),
    async release(idleMs) {
      const ended = [threads.scan, threads.project].flatMap((thread) => thread.release(idleMs) ?? []);
      await Promise.all(ended);
      return ended.length > 0;
    },
    async dispose() {
      await Promise.all([threads.scan.dispose(), threads.project.dispose()]);
    },
  };
}

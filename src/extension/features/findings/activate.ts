import type { LogOutputChannel } from "vscode";
import type { Finding } from "../../../protocol/flows.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import type { Feature } from "../../support/feature.ts";
import { analyzeFile, analyzeWorkspace, writeBaseline } from "./commands.ts";
import { createFindings } from "./findings.ts";
import { keepFindingsFresh } from "./keepFindingsFresh.ts";

interface Deps {
  readonly server: WindowServer;
  readonly log: LogOutputChannel;
  openReport(title: string, markdown: string): Promise<void>;
}

interface FindingsFeature extends Feature<"analyzeWorkspace" | "analyzeFile" | "clearFindings" | "writeBaseline"> {
  /** Replaces all findings that Problems lists. */
  show(findings: readonly Finding[]): void;
}

/** Findings in Problems, and the analyses that make them. */
export function activateFindings({ server, log, openReport }: Deps): FindingsFeature {
  const findings = createFindings();
  const deps = { server, findings };
  return {
    disposables: [findings, ...keepFindingsFresh({ ...deps, log })],
    commands: {
      analyzeWorkspace: () => analyzeWorkspace({ ...deps, openReport }),
      analyzeFile: () => analyzeFile(deps),
      clearFindings: () => {
        findings.show([]);
      },
      writeBaseline: () => writeBaseline(deps),
    },
    show: (list) => {
      findings.show(list);
    },
  };
}

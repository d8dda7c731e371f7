import { window } from "vscode";
import type { Finding } from "../../../protocol/flows.ts";
import { callTool, isRecord } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";
import type { Settings } from "../../../protocol/settings.ts";
import { toolPath } from "../../support/toolPaths.ts";
import { count } from "../../../protocol/format.ts";
import { analysisReport, foundText } from "./analysisReport.ts";
import type { Findings } from "./findings.ts";
import type { Quality } from "./analysisReport.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import type { Work } from "../../support/progress.ts";

export interface FindingsDeps {
  readonly server: WindowServer;
  readonly findings: Findings;
}

interface AnalyzeDeps extends FindingsDeps {
  openReport(title: string, markdown: string): Promise<void>;
}

/** The most that an answer of the server contains. */
const most = { limit: 1_000, maxTokens: 100_000 };

export async function analyzeWorkspace({ server, findings, openReport }: AnalyzeDeps): Promise<void> {
  // With the language client, and so with zod: activation does not wait for them.
  const { readSettings } = await import("../../server/launch.ts");
  const { repository, quality } = await withProgress("Analyzing the workspace", async (work) => ({
    repository: await callTool(server, toolCall(work, "analyze_repository", { maxTokens: most.maxTokens })),
    quality: await qualityOf(server, work, levels[readSettings()["findings.show"]]),
  }));
  findings.show(quality.listed);
  await openReport("Workspace analysis", analysisReport(repository, quality));
}

/** Accepts the findings of now: the change of the committed file is shown first, like every other. */
export async function writeBaseline({ server, findings }: FindingsDeps): Promise<void> {
  const answer = await withProgress("Writing the baseline", (work) =>
    callTool(server, toolCall(work, "write_baseline", {})),
  );
  findings.show([]);
  void window.showInformationMessage(
    `The baseline contains ${count(Number(answer["findings"]))} findings: from now on, only new ones are listed.`,
  );
}

/** What the setting asks the tool for. */
const levels: Readonly<Record<Settings["findings.show"], ToolAnswer>> = {
  worst: {},
  warnings: { severity: "warning" },
  all: { severity: "information" },
};

export async function analyzeFile({ server, findings }: FindingsDeps): Promise<void> {
  const file = window.activeTextEditor?.document.uri;
  const path = file && toolPath(file);
  if (path === undefined) throw new Error("Open a file of the workspace first.");
  const quality = await withProgress(`Analyzing ${path}`, (work) => qualityOf(server, work, { path }));
  findings.show(quality.listed, file);
  void window.showInformationMessage(`${path}: ${foundText(quality)}.`);
}

export async function qualityOf(server: WindowServer, work: Work, args: ToolAnswer): Promise<Quality> {
  const { findings, total, behind, incomplete } = await callTool(
    server,
    toolCall(work, "analyze_code_quality", { ...args, ...most }),
  );
  const listed = Array.isArray(findings) ? findings.filter(isFinding) : [];
  const others = typeof behind === "number" ? behind : 0;
  return { listed, total: (typeof total === "number" ? total : listed.length) + others, incomplete };
}

function toolCall({ signal, report }: Work, name: string, args: ToolAnswer) {
  return { name, args, signal, progress: report };
}

function isFinding(value: unknown): value is Finding {
  return (
    isRecord(value) &&
    typeof value["path"] === "string" &&
    typeof value["line"] === "number" &&
    typeof value["rule"] === "string" &&
    typeof value["message"] === "string"
  );
}

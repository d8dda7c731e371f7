import { window } from "vscode";
import type { Finding } from "../../protocol/flows.ts";
import { callTool, isRecord } from "../callTool.ts";
import type { ToolAnswer } from "../callTool.ts";
import { toolPath } from "../findings.ts";
import { analysisReport, foundText } from "../analysisReport.ts";
import type { Quality } from "../analysisReport.ts";
import type { CommandDeps } from "./deps.ts";
import { withProgress } from "./progress.ts";
import type { Work } from "./progress.ts";

/** The most that an answer of the server holds. */
const most = { limit: 1_000, maxTokens: 100_000 };

export async function analyzeWorkspace({ session, findings, reports }: CommandDeps): Promise<void> {
  const { repository, quality } = await withProgress("Analyzing the workspace", async (work) => ({
    repository: await callTool(session, toolCall(work, "analyze_repository", { maxTokens: most.maxTokens })),
    quality: await qualityOf(session, work, {}),
  }));
  findings.show(quality.listed);
  await reports.open("Workspace analysis", analysisReport(repository, quality));
}

export async function analyzeFile({ session, findings }: CommandDeps): Promise<void> {
  const file = window.activeTextEditor?.document.uri;
  const path = file && toolPath(file);
  if (path === undefined) throw new Error("Open a file of the workspace first.");
  const quality = await withProgress(`Analyzing ${path}`, (work) => qualityOf(session, work, { path }));
  findings.show(quality.listed, file);
  void window.showInformationMessage(`${path}: ${foundText(quality)}.`);
}

async function qualityOf(session: CommandDeps["session"], work: Work, args: ToolAnswer): Promise<Quality> {
  const { findings, total, incomplete } = await callTool(
    session,
    toolCall(work, "analyze_code_quality", { ...args, ...most }),
  );
  const listed = Array.isArray(findings) ? findings.filter(isFinding) : [];
  return { listed, total: typeof total === "number" ? total : listed.length, incomplete };
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

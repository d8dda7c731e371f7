import { window } from "vscode";
import type { Finding } from "../../protocol/flows.ts";
import { callTool, isRecord } from "../callTool.ts";
import type { ToolAnswer } from "../callTool.ts";
import { toolPath } from "../findings.ts";
import { analysisReport } from "../analysisReport.ts";
import type { CommandDeps } from "./deps.ts";
import { withProgress } from "./progress.ts";
import type { Work } from "./progress.ts";

const budget = 20_000;
const mostFindings = 500;

export async function analyzeWorkspace({ session, findings, reports }: CommandDeps): Promise<void> {
  await session.ready();
  const { repository, quality } = await withProgress("Analyzing the workspace", async (work) => ({
    repository: await callTool(session, toolCall(work, "analyze_repository", { maxTokens: budget })),
    quality: await allFindings(session, work, {}),
  }));
  findings.show(quality);
  await reports.open("Workspace analysis", analysisReport(repository, quality));
}

export async function analyzeFile({ session, findings }: CommandDeps): Promise<void> {
  await session.ready();
  const file = window.activeTextEditor?.document.uri;
  const path = file && toolPath(file);
  if (path === undefined) throw new Error("Open a file of the workspace first.");
  const found = await withProgress(`Analyzing ${path}`, (work) => allFindings(session, work, { path }));
  findings.show(found, file);
  const count = found.length === 1 ? "1 finding" : `${String(found.length)} findings`;
  void window.showInformationMessage(
    `${path}: ${found.length === 0 ? "no findings" : `${count}, listed in Problems`}.`,
  );
}

async function allFindings(session: CommandDeps["session"], work: Work, args: ToolAnswer): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  let cursor: string | undefined;
  do {
    const page = { ...args, maxTokens: budget, ...(cursor !== undefined && { cursor }) };
    const answer = await callTool(session, toolCall(work, "analyze_code_quality", page));
    if (Array.isArray(answer["findings"])) found.push(...answer["findings"].filter(isFinding));
    cursor = typeof answer["cursor"] === "string" ? answer["cursor"] : undefined;
  } while (cursor !== undefined && found.length < mostFindings);
  return found;
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

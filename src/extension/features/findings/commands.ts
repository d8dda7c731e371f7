import { window, workspace } from "vscode";
import type { Uri } from "vscode";
import type { Finding } from "../../../protocol/flows.ts";
import { callTool, isRecord } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";
import type { Settings } from "../../../protocol/settings.ts";
import { toolPath } from "../../support/toolPaths.ts";
import type { Disposable } from "../../support/store.ts";
import { count } from "../../../protocol/format.ts";
import { analysisReport, foundText } from "./analysisReport.ts";
import type { Quality } from "./analysisReport.ts";
import type { CommandDeps } from "../../commandDeps.ts";
import { withProgress } from "../../support/progress.ts";
import type { Work } from "../../support/progress.ts";

/** The most that an answer of the server contains. */
const most = { limit: 1_000, maxTokens: 100_000 };

export async function analyzeWorkspace({ session, findings, reports }: CommandDeps): Promise<void> {
  // With the language client, and so with zod: activation does not wait for them.
  const { readSettings } = await import("../../server/launch.ts");
  const { repository, quality } = await withProgress("Analyzing the workspace", async (work) => ({
    repository: await callTool(session, toolCall(work, "analyze_repository", { maxTokens: most.maxTokens })),
    quality: await qualityOf(session, work, levels[readSettings()["findings.show"]]),
  }));
  findings.show(quality.listed);
  await reports.open("Workspace analysis", analysisReport(repository, quality));
}

/** Accepts the findings of now: the change of the committed file is shown first, like every other. */
export async function writeBaseline({ session, findings }: CommandDeps): Promise<void> {
  const answer = await withProgress("Writing the baseline", (work) =>
    callTool(session, toolCall(work, "write_baseline", {})),
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

export async function analyzeFile({ session, findings }: CommandDeps): Promise<void> {
  const file = window.activeTextEditor?.document.uri;
  const path = file && toolPath(file);
  if (path === undefined) throw new Error("Open a file of the workspace first.");
  const quality = await withProgress(`Analyzing ${path}`, (work) => qualityOf(session, work, { path }));
  findings.show(quality.listed, file);
  void window.showInformationMessage(`${path}: ${foundText(quality)}.`);
}

/** A saved file's findings become those of its new text, a deleted file's go: Problems lists nothing that is fixed. */
export function keepFindingsFresh({
  session,
  findings,
  log,
}: Pick<CommandDeps, "session" | "findings" | "log">): Disposable[] {
  const checks = new Map<string, AbortController>();
  async function check(file: Uri, path: string): Promise<void> {
    const key = file.toString();
    const controller = new AbortController();
    checks.get(key)?.abort();
    checks.set(key, controller);
    try {
      const { signal } = controller;
      const { listed } = await qualityOf(session, { signal, report: () => undefined }, { path });
      // Meanwhile they may have been cleared, or the file deleted.
      if (!signal.aborted && findings.has(file)) findings.show(findings.asBefore(listed, file), file);
    } catch (error) {
      log.debug(`findings of ${path}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      if (checks.get(key) === controller) checks.delete(key);
    }
  }
  // Of everything in the workspace, by whatever program, and only when it goes.
  const deletions = workspace.createFileSystemWatcher("**", true, true, false);
  return [
    deletions,
    deletions.onDidDelete((location) => {
      findings.drop(location);
    }),
    workspace.onDidSaveTextDocument(({ uri }) => {
      const path = findings.has(uri) ? toolPath(uri) : undefined;
      if (path !== undefined) void check(uri, path);
    }),
  ];
}

async function qualityOf(session: CommandDeps["session"], work: Work, args: ToolAnswer): Promise<Quality> {
  const { findings, total, behind, incomplete } = await callTool(
    session,
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

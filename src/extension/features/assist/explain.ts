import { callTool, isRecord } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import type { AssistDeps } from "./assistDeps.ts";
import { codeAtCursor } from "./codeAtCursor.ts";
import type { CodeAtCursor } from "./codeAtCursor.ts";
import { historyReport } from "./historyReport.ts";

/** Of the selection, the symbol around the cursor, or the file. */
export async function explainCode({ server, openReport }: AssistDeps): Promise<void> {
  const code = await codeAtCursor(server);
  const { path, lines, symbol } = code;
  const question =
    lines &&
    `Explain lines ${String(lines.from)} to ${String(lines.to)}: what they are for, how they work, what surprises.`;
  const args = { path, ...(symbol !== undefined && { symbol }), ...(question !== undefined && { question }) };
  const answer = await ask(server, { title: "Explaining the code", name: "explain_code", args });
  const by = `*By ${String(answer["model"])}: check it against the code.*`;
  await openReport(
    `Explanation of ${nameOf(code)}`,
    `# ${nameOf(code)}\n\n${String(answer["explanation"])}\n\n${by}\n`,
  );
}

export async function documentCode({ server, openReport }: AssistDeps): Promise<void> {
  const { path } = await codeAtCursor(server);
  const args = { path, maxTokens: 100_000 };
  const { pages } = await ask(server, { title: "Reading the exports", name: "generate_documentation", args });
  const texts = Array.isArray(pages) ? pages.filter(isRecord).map(({ content }) => String(content)) : [];
  await openReport(`Documentation of ${path}`, texts.join("\n"));
}

/** By git alone: who changed the lines at the cursor, when, and the reason that each commit gives. */
export async function explainHistory({ server, openReport }: AssistDeps): Promise<void> {
  const code = await codeAtCursor(server);
  const { path } = code;
  const lines = code.lines ?? code.symbolLines;
  const range = lines && { startLine: lines.from, endLine: lines.to };
  const title = "Reading the history";
  const call = (args: ToolAnswer) =>
    ask(server, { title, name: "git_operations", args: { ...args, maxTokens: 20_000 } });
  const blame = await call({ operation: "blame", path, ...range });
  const log = await call({ operation: "log", paths: [path], limit: 100 });
  await openReport(`History of ${nameOf(code)}`, historyReport({ name: nameOf(code), blame, log }));
}

function nameOf({ path, lines, symbol }: CodeAtCursor): string {
  if (lines) return `${path}:${String(lines.from)}-${String(lines.to)}`;
  return symbol === undefined ? path : `${symbol} in ${path}`;
}

interface Asking {
  readonly title: string;
  readonly name: string;
  readonly args: ToolAnswer;
}

function ask(server: WindowServer, { title, name, args }: Asking): Promise<ToolAnswer> {
  return withProgress(title, ({ signal, report }) => callTool(server, { name, args, signal, progress: report }));
}

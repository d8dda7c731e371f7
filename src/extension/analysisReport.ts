import type { Finding } from "../protocol/flows.ts";
import { isRecord } from "./callTool.ts";
import type { ToolAnswer } from "./callTool.ts";

const mostRows = 20;

/** What `analyze_repository` and the findings say, for people. */
export function analysisReport(repository: ToolAnswer, findings: readonly Finding[]): string {
  const { files, lines, languages, hotSpots, cycles, incomplete } = repository;
  const parts = [
    "# Workspace analysis",
    `${number(files)} files, ${number(lines)} lines, ${number(findings.length)} findings.`,
    ...table("Languages", languages, ["language", "files", "lines"]),
    ...table("Hot spots", hotSpots, ["path", "changes", "complexity"]),
    ...list("Import cycles", cycles),
    ...table("Findings", findings, ["path", "line", "rule", "message"]),
    ...table("Not read", incomplete, ["path", "reason"]),
  ];
  return `${parts.join("\n\n")}\n`;
}

function table(title: string, rows: unknown, columns: readonly string[]): readonly string[] {
  if (!Array.isArray(rows)) return [];
  const records = rows.filter(isRecord);
  const shown = columns.filter((column) => records.some((record) => record[column] !== undefined));
  if (records.length === 0 || shown.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = records.slice(0, mostRows).map((record) => line(shown.map((column) => cell(record[column]))));
  const more = records.length > mostRows ? [`and ${number(records.length - mostRows)} more`] : [];
  return [`## ${title}`, [line(shown), line(shown.map(() => "---")), ...body].join("\n"), ...more];
}

function list(title: string, items: unknown): readonly string[] {
  if (!Array.isArray(items) || items.length === 0) return [];
  return [
    `## ${title}`,
    items
      .slice(0, mostRows)
      .map((item) => `- ${cell(item)}`)
      .join("\n"),
  ];
}

/** Text of the workspace must stay text: nothing of it is markup here. */
function cell(value: unknown): string {
  if (typeof value === "number") return number(value);
  const text = Array.isArray(value)
    ? value.map(String).join(" → ")
    : typeof value === "string"
      ? value
      : JSON.stringify(value ?? "");
  return text.replace(/[\\`*_[\]<>|#]/g, "\\$&").replace(/\s+/g, " ");
}

function number(value: unknown): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : "?";
}

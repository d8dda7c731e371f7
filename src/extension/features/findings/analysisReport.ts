import type { Finding } from "../../../protocol/flows.ts";
import { count } from "../../../protocol/format.ts";
import { isRecord } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";

const mostRows = 20;
/** An answer names at most this many unread files, and does not count the others. */
const mostUnread = 10;

/** Findings, worst first, and how many there are in all: an answer does not contain any number of them. */
export interface Quality {
  readonly listed: readonly Finding[];
  readonly total: number;
  readonly incomplete?: unknown;
}

/** What `analyze_repository` and the findings say, for people. */
export function analysisReport(repository: ToolAnswer, quality: Quality): string {
  const { files, lines, languages, hotSpots, cycles, health } = repository;
  const left = (name: string) => (isRecord(repository["left"]) ? Number(repository["left"][name] ?? 0) : 0);
  const unread = unreadOf(repository["incomplete"], quality.incomplete);
  const parts = [
    "# Workspace analysis",
    `${number(files)} files, ${number(lines)} lines, ${foundText(quality)}.`,
    ...healthText(health),
    ...table("Languages", languages, { columns: ["language", "files", "lines"], left: left("languages") }),
    ...table("Hot spots", hotSpots, { columns: ["path", "commits", "complexity", "lines"], left: left("hotSpots") }),
    ...table("Import cycles", cycles, { columns: ["path", "files"], left: left("cycles") }),
    ...table("Findings", quality.listed.map(located), {
      columns: ["location", "severity", "rule", "message"],
      left: quality.total - quality.listed.length,
    }),
    ...table("Not read", unread, { columns: ["path", "reason"] }),
    ...(unread.length >= mostUnread ? ["There may be more that could not be read."] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** How many findings there are and which of them are in Problems. */
export function foundText({ listed, total }: Quality): string {
  if (total === 0) return "no findings";
  const all = total === 1 ? "1 finding" : `${number(total)} findings`;
  if (listed.length === total) return `${all}, listed in Problems`;
  return `${all}, the worst ${number(listed.length)} of them listed in Problems (setting findings.show lists more)`;
}

function healthText(health: unknown): readonly string[] {
  if (!isRecord(health) || typeof health["score"] !== "number") return [];
  return [
    `Health: ${number(health["score"])} of 100.`,
    ...table("What lowers the score", health["reasons"], { columns: ["points", "reason"] }),
  ];
}

/** Both tools name the files that they could not read. */
function unreadOf(...lists: readonly unknown[]): readonly ToolAnswer[] {
  const rows = lists.flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : []));
  return [...new Map(rows.map((row) => [row["path"], row])).values()];
}

interface TableOptions {
  readonly columns: readonly string[];
  /** Rows that the answer left out. */
  readonly left?: number;
}

function table(title: string, rows: unknown, { columns, left = 0 }: TableOptions): readonly string[] {
  if (!Array.isArray(rows)) return [];
  const records = rows.filter(isRecord);
  const shown = columns.filter((column) => records.some((record) => record[column] !== undefined));
  if (records.length === 0 || shown.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const body = records.slice(0, mostRows).map((record) => line(shown.map((column) => cell(column, record[column]))));
  const more = records.length + left - body.length;
  return [
    `## ${title}`,
    [line(shown), line(shown.map(() => "---")), ...body].join("\n"),
    ...(more > 0 ? [`and ${number(more)} more`] : []),
  ];
}

function located({ path, line, severity, rule, message }: Finding): ToolAnswer {
  return { location: `${path}:${String(line)}`, severity, rule, message };
}

/** Text of the workspace must stay text: nothing of it is markup here. */
function cell(column: string, value: unknown): string {
  if (typeof value === "number") return number(value);
  // In code marks the report makes a link of it.
  if ((column === "path" || column === "location") && typeof value === "string") return inCode(value);
  const text = Array.isArray(value)
    ? value.map(String).join(" → ")
    : typeof value === "string"
      ? value
      : JSON.stringify(value ?? "");
  return text.replace(/[\\`*_[\]<>|#]/g, "\\$&").replace(/\s+/g, " ");
}

function inCode(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll("|", "\\|").replace(/\s+/g, " ")}\``;
}

function number(value: unknown): string {
  return typeof value === "number" ? count(value) : "?";
}

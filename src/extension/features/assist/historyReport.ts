import { isRecord } from "../../server/callTool.ts";
import type { ToolAnswer } from "../../server/callTool.ts";

interface History {
  readonly name: string;
  /** Answers of git_operations. */
  readonly blame: ToolAnswer;
  readonly log: ToolAnswer;
}

/** The commits that the lines come from, the newest first, each with its reason and its lines. */
export function historyReport({ name, blame, log }: History): string {
  const reasons = new Map(recordsOf(log["commits"]).map(({ id, body }) => [String(id), body]));
  const groups = recordsOf(blame["lines"]);
  const byCommit = [...Map.groupBy(groups, ({ commit }) => (typeof commit === "string" ? commit : "")).entries()];
  // What is not committed has no date and is the newest of all.
  const newest = byCommit.toSorted(([, [a]], [, [b]]) => timeOf(b) - timeOf(a));
  const sections = newest.map(([commit, own]) => {
    const lines = own.map(linesText).join(", ");
    if (commit === "") return `## Not committed\n\nLines ${lines}`;
    const [{ subject, date, author } = {}] = own;
    // Where a list has short ids, the whole one begins with it.
    const reason = [...reasons].find(([known]) => known.startsWith(commit) || commit.startsWith(known))?.[1];
    const words = typeof reason === "string" && reason !== "" ? `\n\n${reason}` : "";
    return `## ${String(subject)}\n\n${String(date).slice(0, 10)}, ${String(author).replace(/ <.*>$/, "")}, \`${commit.slice(0, 10)}\`, lines ${lines}${words}`;
  });
  const empty = sections.length === 0 ? ["Git has no history of these lines."] : [];
  const left = Number(blame["left"] ?? 0) > 0 ? ["More lines are not listed: select fewer."] : [];
  return `${[`# What changed in ${name}, and why`, ...empty, ...sections, ...left].join("\n\n")}\n`;
}

function timeOf(group: ToolAnswer | undefined): number {
  const date = group?.["date"];
  return typeof date === "string" ? Date.parse(date) : Infinity;
}

function linesText({ startLine, endLine }: ToolAnswer): string {
  return startLine === endLine ? String(startLine) : `${String(startLine)}–${String(endLine)}`;
}

function recordsOf(value: unknown): readonly ToolAnswer[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

import type { RepositoryAnswer } from "../analysis/repository/answer.ts";

const mostModules = 40;

/** The first page: what there is, how large it is, and which folder imports which. */
export function overviewPage(title: string, facts: RepositoryAnswer): string {
  const { files, lines, languages, entryPoints, dependencies, modules } = facts;
  const parts = [
    `# ${title}`,
    `${counted(files, "file")}, ${counted(lines, "line")}.`,
    table(
      ["language", "files", "lines"],
      languages.map((each) => [each.language, String(each.files), String(each.lines)]),
    ),
  ];
  if (entryPoints.length > 0) {
    parts.push("## Entry points", entryPoints.map(({ path }) => `- ${path}`).join("\n"));
  }
  const chart = moduleChart(modules);
  if (chart !== undefined) parts.push("## Modules", chart);
  if (dependencies.length > 0) {
    const names = dependencies.map(({ name }) => name).sort();
    parts.push("## Dependencies", names.map((name) => `- ${name}`).join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}

export interface ChartedModule {
  readonly path: string;
  /** Other folders that it imports, and that import it. */
  readonly out: number;
  readonly in: number;
  readonly uses?: readonly string[] | undefined;
}

/** Folders and the imports between them, as a Mermaid chart; undefined where none imports another. */
export function moduleChart(modules: readonly ChartedModule[]): string | undefined {
  const shown = modules.filter(({ out, in: incoming }) => out + incoming > 0).slice(0, mostModules);
  const ids = new Map(shown.map(({ path }, at) => [path, `m${String(at)}`]));
  const arrows = shown.flatMap(({ path, uses = [] }) =>
    uses.flatMap((used) => {
      const [from, to] = [ids.get(path), ids.get(used)];
      return from === undefined || to === undefined || from === to ? [] : [`  ${from} --> ${to}`];
    }),
  );
  if (arrows.length === 0) return undefined;
  const nodes = [...ids].map(([path, id]) => `  ${id}["${path.replaceAll('"', "'")}"]`);
  return ["```mermaid", "flowchart LR", ...nodes, ...arrows, "```"].join("\n");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

import type { RepositoryAnswer } from "../analysis/repository/answer.ts";
import { escaped, table } from "./markdown.ts";
import type { Section } from "./sections.ts";

const mostModules = 40;

/** A page of the overview's list. */
export interface ListedPage {
  readonly path: string;
  readonly address: string;
  /** The first sentence of the module's comment. */
  readonly text: string;
}

/** The first page: what there is, how large it is, and which folder imports which. */
export function overviewPage(title: string, facts: RepositoryAnswer): Section[] {
  const { files, lines, languages } = facts;
  const sizes = table(
    ["language", "files", "lines"],
    languages.map((each) => [escaped(each.language), String(each.files), String(each.lines)]),
  );
  const size = `${counted(files, "file")}, ${counted(lines, "line")}.`;
  return [{ id: "page", content: [`# ${escaped(title)}`, size, sizes].join("\n\n") }, ...parts(facts)];
}

/** The same for pages that are kept: without numbers that every change of the code changes, and with links to the pages. */
export function keptOverview(title: string, facts: RepositoryAnswer, pages: readonly ListedPage[]): Section[] {
  const items = pages.map(
    ({ path, address, text }) => `- [${escaped(path)}](${address})${text === "" ? "" : `: ${text}`}`,
  );
  return [
    { id: "page", content: `# ${escaped(title)}` },
    {
      id: "pages",
      content: ["## Modules", items.length > 0 ? items.join("\n") : "No module exports anything."].join("\n\n"),
    },
    ...parts(facts, "Imports between folders"),
  ];
}

function parts({ entryPoints, dependencies, modules }: RepositoryAnswer, chartTitle = "Modules"): Section[] {
  const chart = moduleChart(modules);
  const list = (names: readonly string[]) => names.map((name) => `- ${escaped(name)}`).join("\n");
  const names = [...new Set(dependencies.map(({ name }) => name))].sort();
  return [
    ...(entryPoints.length > 0
      ? [
          {
            id: "entryPoints",
            content: `## Entry points\n\n${list([...new Set(entryPoints.map(({ path }) => path))])}`,
          },
        ]
      : []),
    ...(chart === undefined ? [] : [{ id: "chart", content: `## ${chartTitle}\n\n${chart}` }]),
    ...(names.length > 0 ? [{ id: "dependencies", content: `## Dependencies\n\n${list(names)}` }] : []),
  ];
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
  const connected = modules.filter(({ out, in: incoming }) => out + incoming > 0);
  const shown = connected.slice(0, mostModules);
  const ids = new Map(shown.map(({ path }, at) => [path, `m${String(at)}`]));
  const arrows = shown.flatMap(({ path, uses = [] }) =>
    uses.flatMap((used) => {
      const [from, to] = [ids.get(path), ids.get(used)];
      return from === undefined || to === undefined || from === to ? [] : [`  ${from} --> ${to}`];
    }),
  );
  if (arrows.length === 0) return undefined;
  const nodes = [...ids].map(([path, id]) => `  ${id}["${path.replaceAll('"', "#quot;")}"]`);
  const chart = ["```mermaid", "flowchart LR", ...nodes, ...arrows, "```"].join("\n");
  const left = connected.length - shown.length;
  return left > 0
    ? `${chart}\n\n${counted(left, "more folder")} ${left === 1 ? "is" : "are"} not in the chart.`
    : chart;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

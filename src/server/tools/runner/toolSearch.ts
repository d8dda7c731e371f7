import MiniSearch from "minisearch";
import { termOf, wordsOf } from "../../platform/searchWords.ts";

/** A tool as a search finds it, with all that a call of it needs. */
export interface FoundTool {
  readonly name: string;
  readonly toolset: string;
  readonly title: string;
  readonly description: string;
  readonly otherWords: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly example: Readonly<Record<string, unknown>>;
}

export interface ToolSearch {
  /** The tools that fit words of a task, best first, of every toolset. */
  find(task: string): readonly FoundTool[];
}

/** Ranks by BM25 over names, titles and descriptions. Some dozens of tools are indexed in a millisecond. */
export function createToolSearch(tools: () => readonly FoundTool[]): ToolSearch {
  return {
    find(task) {
      const index = new MiniSearch({
        idField: "name",
        fields: ["names", "title", "description", "otherWords"],
        extractField: textOf,
        tokenize: wordsOf,
        processTerm: termOf,
        searchOptions: { boost: { names: 1.5, title: 0.5, otherWords: 0.7 } },
      });
      const all = tools();
      index.addAll(all);
      const byName = new Map(all.map((tool) => [tool.name, tool]));
      return index.search(task).flatMap(({ id }) => byName.get(String(id)) ?? []);
    },
  };
}

function textOf(tool: FoundTool, field: string): string {
  if (field === "title") return tool.title;
  if (field === "otherWords") return tool.otherWords;
  // A tool that a description leads to is not what the tool itself does.
  if (field === "description") return tool.description.replaceAll(/[a-z]+(_[a-z]+)+/g, " ");
  return tool.name;
}

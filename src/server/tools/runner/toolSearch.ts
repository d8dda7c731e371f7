import MiniSearch from "minisearch";

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

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

const emptyWords = new Set(
  "a am an and any anywhere are as at be by can do does everywhere for from give has have here how i in is it its just let me my need needs of on one or our out please set show so src that the them then these this to us was we were what when where which who whom why will with you your".split(
    " ",
  ),
);

/** One form for a word's forms: "writes", "writing" and "written" are of one task. Null for a word that says nothing. */
function termOf(word: string): string | null {
  const lower = word.toLowerCase();
  if (emptyWords.has(lower)) return null;
  const irregular = irregularForms.get(lower);
  if (irregular !== undefined) return irregular;
  if (lower.length <= 3) return lower;
  const stem = lower
    .replace(/(ation|ations|ating|ates|ated|ate)$/, "at")
    .replace(/ies$/, "y")
    .replace(/ity$/, "")
    .replace(/(sses|shes|ches|xes)$/, (ending) => ending.slice(0, -2))
    .replace(/([^s])s$/, "$1")
    .replace(/(ing|ed)$/, "")
    .replace(/([bdfgklmnprtv])\1$/, "$1")
    .replace(/e$/, "");
  return stem.length >= 2 ? stem : lower;
}

const irregularForms = new Map([
  ["wrote", "writ"],
  ["written", "writ"],
  ["ran", "run"],
  ["found", "find"],
  ["undone", "undo"],
  ["forgot", "forget"],
  ["made", "mak"],
  ["known", "know"],
]);

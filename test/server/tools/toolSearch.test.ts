import assert from "node:assert/strict";
import { allTools } from "../../../src/server/tools/index.ts";
import { createToolSearch } from "../../../src/server/tools/runner/toolSearch.ts";

/** Tasks as a developer or an agent would say them, each with the tool that does it. */
const tasks: readonly (readonly [task: string, tool: string])[] = [
  ["who last changed this function", "git_operations"],
  ["make this loop faster", "optimize_performance"],
  ["commit my changes with a message", "git_operations"],
  ["which branches are there", "git_operations"],
  ["fetch the release notes of a project and compare them with ours", "call_api"],
  ["download the page at this address as Markdown", "call_api"],
  ["write code that parses dates in a new file", "generate_code"],
  ["look on the internet for how to configure esbuild", "web_search"],
  ["search the web for this error message", "web_search"],
  ["clone another repository so that I can read its code", "ingest_repository"],
  ["read the source of a library from GitHub", "ingest_repository"],
  ["write API documentation for the public modules", "generate_documentation"],
  ["draw a diagram of the modules", "generate_documentation"],
  ["show me lines 10 to 40 of a file", "read_file"],
  ["create a new file with this content", "write_file"],
  ["replace this text in a file with that one", "edit_file"],
  ["remove a file that nobody needs", "delete_file"],
  ["make a folder for the tests", "create_directory"],
  ["what files are in this folder", "list_directory"],
  ["find every line with TODO in it", "search_code"],
  ["explain what this class does", "explain_code"],
  ["how healthy is this repository, where are its hot spots", "analyze_repository"],
  ["write unit tests for this function", "generate_tests"],
  ["how complex are these functions", "analyze_code_quality"],
  ["find duplicated and dead code", "analyze_code_quality"],
  ["list the classes and functions of a file", "extract_code_components"],
  ["where is this class declared", "find_symbol"],
  ["find all uses of a function", "find_references"],
  ["does the project have type errors", "get_diagnostics"],
  ["rename a symbol everywhere", "preview_refactoring"],
  ["extract the selected lines into a new function", "preview_refactoring"],
  ["apply the plan that I previewed", "apply_edits"],
  ["take my last change back", "undo_edits"],
  ["is the server well, why is it slow", "get_health"],
  ["keep this fact for the next conversation", "remember"],
  ["what do we know about our release process", "recall"],
  ["how much did our flows cost last week", "get_cost_report"],
  ["what will a run of this flow cost", "estimate_cost"],
  ["limit what we spend in a month", "set_budget"],
  ["how can we spend fewer tokens", "get_optimizations"],
];

describe("the search for a tool", () => {
  const tools = allTools
    .filter(({ toolset }) => toolset !== "tools")
    .map(({ name, toolset, example, otherWords, listed: { title, description, inputSchema } }) => {
      return { name, toolset, title, description, inputSchema, example, otherWords };
    });
  const search = createToolSearch(() => tools);
  const byList = createToolSearch(() => tools.map((tool) => ({ ...tool, otherWords: "" })));

  /** Tasks whose tool is not among the first so many. */
  const missed = (index: typeof search, first: number) =>
    tasks.flatMap(([task, tool]) => {
      const found = index.find(task).map(({ name }) => name);
      return found.slice(0, first).includes(tool) ? [] : [`${task}: ${tool}, not ${found.slice(0, first).join(", ")}`];
    });

  it("ranks the right tool first for 36 of 40 tasks in plain words, by names and descriptions alone", () => {
    assert.equal(tasks.length, 40);
    const wrong = missed(byList, 1);
    assert.ok(wrong.length <= 4, wrong.join("\n"));
  });

  it("has the right tool in an answer of three for every task", () => {
    assert.deepEqual(missed(search, 3), []);
    assert.ok(missed(search, 1).length <= 4, missed(search, 1).join("\n"));
  });

  it("finds nothing for words that no tool has", () => {
    assert.deepEqual(search.find("zzyzx"), []);
  });
});

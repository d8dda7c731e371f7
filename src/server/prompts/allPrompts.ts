import { definePrompt } from "./definePrompt.ts";
import type { PromptDefinition } from "./definePrompt.ts";

const file = { description: "File or folder of the workspace", values: "file" } as const;
const symbol = { description: "Symbol, such as Class/method", values: "symbol" } as const;

/** An argument as words of a sentence; nothing when it was left empty. */
const about = (before: string, value: string | undefined) => (value === undefined ? "" : `${before}${quoted(value)}`);

/** Names are the user's words: they stay one quoted word of the sentence, whatever is in them. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 2000));
}

export const allPrompts: readonly PromptDefinition[] = [
  definePrompt({
    name: "explain_code",
    title: "Explain this code",
    description: "What a file or a symbol does, for somebody who has not seen it, with links to the lines",
    arguments: { path: { ...file, required: true }, symbol },
    text: ({ path, symbol: name }) =>
      `Explain ${name === undefined ? "" : `the symbol ${quoted(name)} of `}${quoted(path ?? "")} to a developer who has not seen it. ` +
      "Read it with read_file, see its parts with extract_code_components, and who uses it with find_references. " +
      "Say first in two sentences what it is for, then how it works, what it relies on, and what surprises. Name lines as path:line. Claim nothing that you have not read.",
  }),
  definePrompt({
    name: "explain_history",
    title: "What changed here and why",
    description: "Who changed a file or lines of it, when, and for which reason, from git",
    arguments: { path: { ...file, required: true }, lines: { description: "Lines, such as 10-40" } },
    text: ({ path, lines }) =>
      `Explain what changed in ${quoted(path ?? "")}${about(", lines ", lines)}, and why. ` +
      "Use git_operations: `blame` for the lines, `log` with the path for its commits, `show` for those that matter. " +
      "Answer with a short list, the newest first: date, author, commit, what changed, and the reason that the commit's message gives. Say so where no reason is given.",
  }),
  definePrompt({
    name: "review_changes",
    title: "Review my changes",
    description: "Faults, risks and missing tests in what is changed and not committed, or since a branch or tag",
    arguments: { base: { description: "Branch, tag or commit to compare with", values: "ref" } },
    text: ({ base }) =>
      `Review the changes ${base === undefined ? "that are not committed" : `since ${quoted(base)}`}. ` +
      `Read them with git_operations, operation \`diff\`${base === undefined ? "" : ` with ref ${quoted(base)}`}. ` +
      "For each changed symbol see its uses with find_references; run get_diagnostics and analyze_code_quality on the changed files. " +
      "List only what should be fixed, the worst first: path:line, what is wrong, what happens because of it, and the fix. Then say what is not tested.",
  }),
  definePrompt({
    name: "write_tests",
    title: "Write tests for this",
    description: "Tests for a file or a symbol, in the style of the project, as an edit to look at",
    arguments: { path: { ...file, required: true }, symbol },
    text: ({ path, symbol: name }) =>
      `Write tests for ${name === undefined ? "" : `the symbol ${quoted(name)} of `}${quoted(path ?? "")}. ` +
      "Find the project's own tests with extract_code_components, kind `test`, and write in their style and with their runner. " +
      "Call generate_tests where a model is set up: it runs them, and sees that they notice a fault. Otherwise write them with write_file, and report what you could not run. " +
      "Test behaviour that a user of the code relies on, with its limits and errors, and nothing that only repeats the code.",
  }),
  definePrompt({
    name: "document_code",
    title: "Document this",
    description: "Documentation of a file or folder from its code",
    arguments: { path: { ...file, required: true } },
    text: ({ path }) =>
      `Document ${quoted(path ?? "")}. Take the facts from generate_documentation. ` +
      "Add what a reader needs beside them and what the code shows: what it is for, how to use it with one short example, and its limits. Invent nothing.",
  }),
  definePrompt({
    name: "find_cause",
    title: "Find the cause of a problem",
    description: "Where an error or a wrong behaviour comes from, with evidence",
    arguments: { problem: { description: "Error message, or what goes wrong", required: true }, path: file },
    text: ({ problem, path }) =>
      `Find the cause of this problem${about(", which shows in ", path)}: ${quoted(problem ?? "")}. ` +
      "Search its words with search_code, follow the calls with find_references, check types with get_diagnostics, and see with git_operations what changed there last. " +
      "Answer with the cause and the lines that prove it, then the smallest fix. If the evidence is not enough, say what is missing.",
  }),
  definePrompt({
    name: "plan_refactoring",
    title: "Plan a refactoring",
    description: "Steps to a better structure, each a refactoring that can be previewed",
    arguments: { goal: { description: "What should be better", required: true }, path: file },
    text: ({ goal, path }) =>
      `Plan a refactoring${about(" of ", path)} with this goal: ${quoted(goal ?? "")}. ` +
      "Look at analyze_code_quality and analyze_repository first. Each step is one call of preview_refactoring that can be applied and tested by itself; preview the first one and show its conflicts. Apply nothing before the user agrees.",
  }),
  definePrompt({
    name: "describe_repository",
    title: "Describe this repository",
    description: "What the project is, how it is built up, and where to begin reading",
    arguments: {},
    text: () =>
      "Describe this repository to a developer on their first day. Call analyze_repository, read the README and the entry points that it names. " +
      "Answer: what it is for, the main modules and what each imports, how it is built and tested, the hot spots to be careful with, and the five files to read first.",
  }),
  definePrompt({
    name: "write_release_notes",
    title: "Write release notes",
    description: "What users of the project notice of the changes since a tag or commit",
    arguments: { from: { description: "Tag or commit of the last release", required: true, values: "ref" } },
    text: ({ from }) =>
      `Write the release notes of the changes since ${quoted(from ?? "")}. ` +
      `Read the commits with git_operations, operation \`log\`, ref ${quoted(`${from ?? ""}..HEAD`)}, all pages, and \`show\` where a message does not say what a user notices. ` +
      "Group by added, changed, fixed and removed; what breaks comes first. One sentence each, in the words of a user; leave out what no user notices.",
  }),
  definePrompt({
    name: "reduce_cost",
    title: "Reduce what flows cost",
    description: "Where money and tokens go, and what would save most",
    arguments: {},
    text: () =>
      "Find out where the flows' money and tokens went in the last 30 days, with get_cost_report by flow and model and by tool. " +
      "Then call get_optimizations. Answer with the three changes that save most, the expected saving of each, and how the user applies it. Say which costs are unknown.",
  }),
];

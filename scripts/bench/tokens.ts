// Twenty questions of a developer: what our answers have in tokens (o200k_base) beside the same answers whole, which is what a
// server without budgets sends. What the ledger says was not sent must be the difference of the two.
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { z } from "zod";
import { runCli } from "../../test/support/cli.ts";
import { startOurs } from "../lib/bench.ts";
import type { Bench, Row } from "../lib/bench.ts";

type Answer = Readonly<Record<string, unknown>>;

interface Question {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** What of the whole answer is not in the short one, as it would have stood there. */
  notSent(whole: Answer, short: Answer): readonly string[];
}

const whole = { maxTokens: 100_000 };
const most = 1000;

/** Items of lists that the short answer does not have. */
const rest =
  (...fields: readonly string[]): Question["notSent"] =>
  (all, short) =>
    fields.flatMap((field) => {
      const items = list(all, field).slice(list(short, field).length);
      return items.length === 0 ? [] : [JSON.stringify(items)];
    });

function list(answer: Answer, field: string): readonly unknown[] {
  return z.array(z.unknown()).parse(answer[field]);
}

const Files = z.array(z.object({ path: z.string(), components: z.array(z.looseObject({})) }));
/** The path of a file stands once, with its first component. */
const components: Question["notSent"] = (all, short) => {
  const flat = (answer: Answer) =>
    Files.parse(answer["files"]).flatMap(({ path, components: of }) =>
      of.map((component, index) => ({ ...(index === 0 && { path }), ...component })),
    );
  const items = flat(all).slice(flat(short).length);
  return items.length === 0 ? [] : [JSON.stringify(items)];
};

const content: Question["notSent"] = (all, short) => {
  const [full, part] = [String(all["content"]), String(short["content"])];
  if (!full.startsWith(part)) throw new Error("The short text is not the start of the whole one.");
  return full === part ? [] : [JSON.stringify(full.slice(part.length))];
};

function questions({ symbol: { file, name } }: Bench): readonly Question[] {
  const symbol = `${file}#${name}`;
  const search = (query: string): Question => ({ tool: "search_code", args: { query }, notSent: rest("matches") });
  const read = (path: string): Question => ({ tool: "read_file", args: { path }, notSent: content });
  return [
    { tool: "list_directory", args: {}, notSent: rest("entries") },
    { tool: "list_directory", args: { depth: 3, limit: most }, notSent: rest("entries") },
    { tool: "analyze_repository", args: {}, notSent: repository },
    search("TODO"),
    search("throw new"),
    search("async function"),
    search("export type Client"),
    { tool: "find_symbol", args: { query: name, limit: most }, notSent: rest("symbols") },
    { tool: "find_symbol", args: { query: "get", limit: most }, notSent: rest("symbols") },
    { tool: "find_symbol", args: { query: "is", limit: most }, notSent: rest("symbols") },
    { tool: "find_references", args: { symbol, limit: most }, notSent: rest("groups") },
    { tool: "extract_code_components", args: { path: file }, notSent: components },
    { tool: "extract_code_components", args: { path: file.split("/")[0], limit: most }, notSent: components },
    { tool: "analyze_code_quality", args: {}, notSent: rest("findings") },
    { tool: "analyze_code_quality", args: { path: file }, notSent: rest("findings") },
    { tool: "get_diagnostics", args: { path: file }, notSent: rest("items") },
    read(file),
    read("package.json"),
    read("index.ts"),
    { tool: "preview_refactoring", args: { operation: "rename_symbol", symbol, newName: "Renamed" }, notSent: diff },
  ];
}

/** The fields of `left` are the lists that were cut. */
const repository: Question["notSent"] = (all, short) => {
  const left = z.record(z.string(), z.number()).optional().parse(short["left"]);
  return rest(...Object.keys(left ?? {}))(all, short);
};

const diff: Question["notSent"] = (all, short) => {
  const files = (answer: Answer) => String(answer["diff"]).split(/\n(?=--- )/);
  const texts = files(all).slice(files(short).length);
  return texts.length === 0 ? [] : [JSON.stringify(texts)];
};

const Report = z.object({
  total: z.object({ saved: z.object({ budget: z.number(), unchanged: z.number() }), uncounted: z.number() }),
});

export async function measure(bench: Bench): Promise<Row[]> {
  const server = await startOurs(bench.folder);
  const whose = ["--workspace", bench.folder, "--data", server.data];
  const ask = async (tool: string, args: object) => {
    const text = await server.text(tool, args);
    return { text, answer: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
  };
  const saved = async (): Promise<z.output<typeof Report>["total"]> => {
    for (;;) {
      const { stdout } = await runCli(["cost", "--json", ...whose]);
      const { total } = Report.parse(JSON.parse(stdout));
      if (total.uncounted === 0) return total;
    }
  };
  try {
    let [short, all, notSent] = [0, 0, 0];
    const asked = questions(bench);
    const answers = [];
    for (const question of asked) answers.push(await ask(question.tool, question.args));
    const ledger = await saved();
    for (const [index, { tool, args, notSent: left }] of asked.entries()) {
      const answer = answers[index];
      const full = await ask(tool, { ...args, ...whole, limit: undefined, ...("limit" in args && { limit: most }) });
      if (!answer) continue;
      short += countTokens(answer.text);
      all += countTokens(full.text);
      notSent += countTokens(left(full.answer, answer.answer).join(""));
    }
    return [
      {
        what: `answers to ${asked.length} questions`,
        ours: `${short.toLocaleString("en")} tokens`,
        beside: `whole: ${all.toLocaleString("en")}`,
        limit: `${(all / short).toFixed(1)} × fewer`,
        ok: short < all,
      },
      {
        what: "not sent because of budgets, by the ledger",
        ours: `${ledger.saved.budget.toLocaleString("en")} tokens`,
        beside: `counted: ${notSent.toLocaleString("en")}`,
        limit: "equal",
        ok: ledger.saved.budget === notSent,
      },
    ];
  } finally {
    await server.stop();
  }
}

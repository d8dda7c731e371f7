// What clients pay in tokens (o200k_base): the list of tools, and the answer of every read tool to a call without limits.
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { z } from "zod";
import { startOurs } from "../lib/bench.ts";
import type { Bench, Row } from "../lib/bench.ts";

/** Of each read tool the calls that have the longest answers. */
function callsOf({ symbol: { file, name } }: Bench) {
  const symbol = `${file}#${name}`;
  return {
    read_file: [{ path: file }, { path: "package-lock.json" }],
    list_directory: [{}, { depth: 10 }],
    search_code: [{ query: "import" }, { query: "import", context: 10 }],
    analyze_repository: [{}],
    analyze_code_quality: [{}, { path: file }],
    extract_code_components: [{}, { path: file }],
    find_symbol: [{ query: "get" }, { query: name, include: ["body", "doc", "type"] }],
    find_references: [{ symbol }],
    get_diagnostics: [{}, { path: file }],
    preview_refactoring: [{ operation: "rename_symbol", symbol, newName: "RenamedByBench" }],
  };
}

export async function measure(bench: Bench): Promise<Row[]> {
  const server = await startOurs(bench.folder);
  try {
    const list = await server.list();
    const listed = countTokens(JSON.stringify(list));
    const calls = Object.entries(callsOf(bench));
    const answers: { tokens: number; what: string }[] = [];
    for (const [tool, all] of calls) {
      for (const args of all) {
        const tokens = countTokens(await server.text(tool, args));
        answers.push({ tokens, what: `${tool} ${JSON.stringify(args)}` });
      }
    }
    const { jobId } = z.object({ jobId: z.string() }).parse(await server.call("analyze_code_quality", { wait: 0 }));
    answers.push({ tokens: countTokens(await server.text("get_job", { jobId, wait: 60 })), what: "get_job" });
    const asked = new Set([...calls.map(([tool]) => tool), "get_job"]);
    const forgotten = list.tools.filter(({ name, annotations }) => annotations.readOnlyHint && !asked.has(name));
    if (forgotten.length > 0) throw new Error(`No call stands here for: ${forgotten.map(({ name }) => name).join()}.`);
    const largest = answers.reduce((a, b) => (b.tokens > a.tokens ? b : a));
    return [
      {
        what: "tools/list",
        ours: `${list.tools.length} tools`,
        beside: `${listed.toLocaleString("en")} tokens`,
        limit: "≤ 24, ≤ 6,000",
        ok: list.tools.length <= 24 && listed <= 6000,
      },
      {
        what: `largest of ${answers.length} default answers: ${largest.what}`,
        ours: `${largest.tokens.toLocaleString("en")} tokens`,
        limit: "≤ 2,000",
        ok: largest.tokens <= 2000,
      },
    ];
  } finally {
    await server.stop();
  }
}

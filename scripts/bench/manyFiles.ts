// A folder of 100,000 small files that no tsconfig lists: how soon a server is there, and what it takes in memory.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gitGrep, medianOf5, ms, residentBytes, searchRow, startOurs, timed, watchMemory } from "../lib/bench.ts";
import type { Row } from "../lib/bench.ts";

const folders = 1000;
const filesOfEach = 100;
const megabyte = 1024 * 1024;

/** Each tool that looks at more than one file, once. */
const calls = Object.entries({
  list_directory: {},
  search_code: { query: "value999_99" },
  find_symbol: { query: "value999_99", wait: 120 },
  get_diagnostics: { path: "d0/f0.ts", wait: 120 },
  extract_code_components: { limit: 10, wait: 120 },
  analyze_code_quality: { limit: 10, wait: 120 },
  analyze_repository: { wait: 120 },
});

export async function measure(): Promise<Row[]> {
  const scratch = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  try {
    await fill(scratch);
    let server: Awaited<ReturnType<typeof startOurs>> | undefined;
    const start = await timed(async () => (server = await startOurs(scratch)));
    if (!server) throw new Error("The server did not start.");
    const stopWatching = watchMemory(server.pid);
    try {
      const rows: Row[] = [{ what: "100,000 files: start", ours: ms(start), limit: "≤ 2,000 ms", ok: start <= 2000 }];
      for (const [tool, args] of calls) {
        const took = await timed(() => server?.text(tool, args));
        rows.push({ what: `100,000 files: ${tool}, first call`, ours: ms(took) });
      }
      const query = "value999_99";
      rows.push(
        searchRow(
          "100,000 files: search_code, first page",
          await medianOf5(() => server?.text("search_code", { query })),
          await medianOf5(() => gitGrep(scratch, query, "--no-index")),
        ),
      );
      const most = stopWatching() / megabyte;
      // An idle thread gives its garbage back after five seconds.
      await sleep(7000);
      const after = residentBytes(server.pid) / megabyte;
      return [
        ...rows,
        { what: "100,000 files: most memory during these calls", ours: `${most.toFixed(0)} MB` },
        {
          what: "100,000 files: memory after each tool was called",
          ours: `${after.toFixed(0)} MB`,
          limit: "≤ 500 MB",
          ok: after <= 500,
        },
      ];
    } finally {
      stopWatching();
      await server.stop();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fill(folder: string) {
  for (let at = 0; at < folders; at++) {
    const below = path.join(folder, `d${at}`);
    await mkdir(below);
    const names = Array.from({ length: filesOfEach }, (_, index) => index);
    await Promise.all(
      names.map((index) =>
        writeFile(
          path.join(below, `f${index}.ts`),
          `export const value${at}_${index} = ${index};\nexport function use${at}_${index}(x: number) {\n  return x + value${at}_${index};\n}\n`,
        ),
      ),
    );
  }
}

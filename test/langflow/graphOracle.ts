import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { realParts } from "../../scripts/lib/realParts.ts";

const run = promisify(execFile);

/** What each flow's data is refused for by the graph of Langflow 1.13.0, asked in its own Python. */
export async function refusals(flows: ReadonlyMap<string, unknown>): Promise<ReadonlyMap<string, string | null>> {
  return new Map(Object.entries(await askPython("graphOracle.py", Object.fromEntries(flows))));
}

/** The answer of a script of this folder, which gets the path of a file with what is asked. */
export async function askPython<Answer = string | null>(
  script: string,
  asked: unknown,
): Promise<Record<string, Answer>> {
  const { python } = realParts().langflow.versions["1.13.0"];
  const scratch = mkdtempSync(path.join(tmpdir(), "lfc-oracle-"));
  try {
    const file = path.join(scratch, "asked.json");
    writeFileSync(file, JSON.stringify(asked));
    const { stdout } = await run(python, [fileURLToPath(new URL(script, import.meta.url)), file], {
      env: { ...process.env, LANGFLOW_CONFIG_DIR: scratch, LFX_LOG_LEVEL: "CRITICAL", LANGFLOW_LOG_LEVEL: "CRITICAL" },
      maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(stdout) as Record<string, Answer>;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

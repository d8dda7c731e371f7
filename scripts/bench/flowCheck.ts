// The check of flow files, as one process from start to end, beside `lfx validate` on the same files: the starter
// projects of Langflow, and each of them broken in three ways. One flow of 200 components besides, as the editor checks it.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { readFlowText } from "../../src/server/flows/files/flowText.ts";
import { createFlowCheck } from "../../src/server/langflow/checkFiles.ts";
import { createCatalogueStore } from "../../src/server/langflow/catalogueStore.ts";
import { createKnownLangflows } from "../../src/server/langflow/knownLangflow.ts";
import { mutationsOf } from "../../test/langflow/flowMutations.ts";
import type { FlowData } from "../../test/langflow/flowMutations.ts";
import { largeFlow, starterProjects } from "../../test/langflow/starterProjects.ts";
import { startLangflow } from "../../test/support/langflow.ts";
import { serverMain } from "../../test/support/server.ts";
import { median, medianOf5, ms, timed, times } from "../lib/bench.ts";
import type { Row } from "../lib/bench.ts";
import { realParts, venvCommand } from "../lib/realParts.ts";

const run = promisify(execFile);

export async function measure(): Promise<Row[]> {
  const { folder, present } = realParts().langflow.versions["1.13.0"];
  if (!present) return [{ what: "check of flow files", ours: "not measured: npm run setup:real -- langflow" }];
  const scratch = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  try {
    const flows = path.join(scratch, "flows");
    const count = await writeFlows(flows);
    const ours = [serverMain, "flow", "check", "--workspace", scratch, "--data", path.join(scratch, "data"), "--json"];
    await keepCatalogue(scratch, ours);
    const lfx = venvCommand(folder, "lfx");
    // Both end with 1: there are errors.
    const check = () => run(process.execPath, ours, { maxBuffer: 64 * 1024 * 1024 }).catch(() => undefined);
    const validate = () =>
      run(lfx, ["validate", "--dir", flows], { maxBuffer: 64 * 1024 * 1024 }).catch(() => undefined);
    const [us, them] = [
      await medianOf5(check),
      median([await timed(validate), await timed(validate), await timed(validate)]),
    ];
    return [
      {
        what: `check of ${String(count)} flow files, start to end`,
        ours: ms(us),
        beside: `lfx validate ${ms(them)}`,
        limit: `${times(them, us)} as fast, ≥ 8`,
        ok: them >= 8 * us,
      },
      await typing(path.join(scratch, "data", "catalogues")),
    ];
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The catalogue of a real Langflow, as a check with its address keeps it. */
async function keepCatalogue(scratch: string, ours: readonly string[]): Promise<void> {
  const langflow = await startLangflow({ version: "1.13.0" });
  try {
    const keyFile = path.join(scratch, "key");
    await writeFile(keyFile, langflow.apiKey, { mode: 0o600 });
    await run(process.execPath, [...ours, "--url", langflow.url, "--key-file", keyFile]).catch(() => undefined);
  } finally {
    await langflow.stop();
  }
}

async function writeFlows(folder: string): Promise<number> {
  await mkdir(folder);
  const flows = [...starterProjects().values()].flatMap((data, at) => {
    const mutated = mutationsOf(data, { seed: at, isKnown: () => true });
    return [data, ...mutated.slice(0, 3).map((mutation) => mutation.data)];
  });
  for (const [at, data] of flows.entries()) await writeFile(path.join(folder, `${String(at)}.json`), textOf(data, at));
  return flows.length;
}

function textOf(data: FlowData, at: number): string {
  const id = `0d1d4d40-0000-4000-8000-${String(at).padStart(12, "0")}`;
  return `${JSON.stringify({ id, name: `Flow ${String(at)}`, data }, null, 2)}\n`;
}

/** From the text in the editor to problems with their positions. */
async function typing(catalogues: string): Promise<Row> {
  const connection = { use: () => Promise.reject(new Error("not asked")), tryUse: () => undefined };
  const log = { warn: () => undefined };
  const known = createKnownLangflows({ connection, catalogues: createCatalogueStore(catalogues), log });
  const files = { pathOf: unasked, list: unasked, read: unasked };
  const check = createFlowCheck(files, known);
  const text = textOf(largeFlow(200), 0);
  const { signal } = new AbortController();
  const checkText = async () => {
    const flow = readFlowText(text);
    if (!flow) throw new Error("not read as a flow");
    await check.text(flow, signal);
  };
  await checkText();
  const took = await medianOf5(checkText);
  const size = `${(text.length / 1e6).toFixed(1)} MB`;
  return { what: `check of a flow of 200 components, ${size}`, ours: ms(took), limit: "≤ 100 ms", ok: took <= 100 };
}

function unasked(): Promise<never> {
  return Promise.reject(new Error("not asked"));
}

// Questions to a server that has the project loaded, and the size of its answers.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import {
  gitGrep,
  median,
  medianOf5,
  ms,
  locationOf,
  searchRow,
  startOurs,
  startTheirs,
  timed,
  times,
} from "../lib/bench.ts";
import { copySubject } from "../lib/subjects.ts";
import type { Bench, Row } from "../lib/bench.ts";

const diagnostics = z.object({ total: z.number() });

export async function measure(bench: Bench): Promise<Row[]> {
  const scratch = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  const folder = path.join(scratch, "work");
  await copySubject(bench, folder);
  const { file, name } = bench.symbol;
  const absolute = path.join(folder, file);
  const server = await startOurs(folder);
  const theirs = await startTheirs(absolute);
  try {
    const { line, column } = await locationOf(bench);
    const symbol = `${file}#${name}`;
    await theirs.references(absolute, line, column);
    await server.call("find_references", { symbol });
    const rows = [
      {
        what: `references of ${name}, nothing changed`,
        ours: await medianOf5(() => server.call("find_references", { symbol })),
        theirs: await medianOf5(() => theirs.references(absolute, line, column)),
        most: 0.5,
      },
      {
        what: `references of ${name} after an outside edit`,
        ...(await referencesAfterEdits(server, theirs, { absolute, symbol, line, column })),
        most: 1.5,
      },
      {
        what: "diagnostics of its file, nothing changed",
        ours: await medianOf5(() => server.call("get_diagnostics", { path: file })),
        theirs: await medianOf5(() => theirs.request("semanticDiagnosticsSync", { file: absolute })),
      },
      {
        what: "diagnostics in one call after an outside edit",
        ...(await afterEdits(server, theirs, { absolute, file })),
        most: 1.5,
      },
    ];
    return [
      ...rows.map(({ what, ours, theirs: beside, most }) => ({
        what,
        ours: ms(ours),
        beside: `tsserver ${ms(beside)}`,
        limit: `${times(ours, beside)}${most === undefined ? "" : `, ≤ ${most}`}`,
        ok: most === undefined || ours <= most * beside,
      })),
      searchRow(
        "search_code of import type, first page",
        await medianOf5(() => server.call("search_code", { query: "import type" })),
        await medianOf5(() => gitGrep(folder, "import type")),
      ),
      sizeRow("references answer", await server.text("find_references", { symbol }), 2048),
      sizeRow("outline of its file", await server.text("extract_code_components", { path: file }), 1024),
    ];
  } finally {
    theirs.close();
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/**
 * Another program writes an error into the file, and removes it again; each side must show it in its next answer.
 * tsserver gets the edit, as an editor does: from the disk alone it learns later.
 */
async function afterEdits(
  server: Awaited<ReturnType<typeof startOurs>>,
  theirs: Awaited<ReturnType<typeof startTheirs>>,
  { absolute, file }: { absolute: string; file: string },
) {
  const text = await readFile(absolute, "utf8");
  const wrong = `${text}\nconst benchError: number = "text";\n`;
  const all: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let turn = 0; turn < 10; turn++) {
    const broken = turn % 2 === 0;
    await writeFile(absolute, broken ? wrong : text);
    let found = 0;
    const ours = await timed(
      async () => (found = diagnostics.parse(await server.call("get_diagnostics", { path: file })).total),
    );
    if (found > 0 !== broken) throw new Error(`get_diagnostics reported ${found} errors in turn ${turn}.`);
    const beside = await timed(async () => {
      await theirs.request("updateOpen", {
        openFiles: [{ file: absolute, fileContent: broken ? wrong : text }],
      });
      found = z.array(z.unknown()).parse(await theirs.request("semanticDiagnosticsSync", { file: absolute })).length;
    });
    if (found > 0 !== broken) throw new Error(`tsserver reported ${found} errors in turn ${turn}.`);
    // The turns that remove the error leave both where they were.
    if (!broken) continue;
    all.ours.push(ours);
    all.theirs.push(beside);
  }
  return { ours: median(all.ours), theirs: median(all.theirs) };
}

/** Another program adds a comment to the file before each question, so that nothing can be remembered. */
async function referencesAfterEdits(
  server: Awaited<ReturnType<typeof startOurs>>,
  theirs: Awaited<ReturnType<typeof startTheirs>>,
  { absolute, symbol, line, column }: { absolute: string; symbol: string; line: number; column: number },
) {
  const text = await readFile(absolute, "utf8");
  const all: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
  for (let turn = 0; turn < 6; turn++) {
    const fileContent = turn < 5 ? `${text}\n// ${turn}\n` : text;
    await writeFile(absolute, fileContent);
    const ours = await timed(() => server.call("find_references", { symbol }));
    const beside = await timed(async () => {
      await theirs.request("updateOpen", { openFiles: [{ file: absolute, fileContent }] });
      await theirs.references(absolute, line, column);
    });
    // The last turn takes the comment out.
    if (turn === 5) continue;
    all.ours.push(ours);
    all.theirs.push(beside);
  }
  return { ours: median(all.ours), theirs: median(all.theirs) };
}

function sizeRow(what: string, text: string, most: number): Row {
  const bytes = Buffer.byteLength(text);
  return { what, ours: `${bytes} B`, limit: `≤ ${most.toLocaleString("en")} B`, ok: bytes <= most };
}

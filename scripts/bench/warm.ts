// @ts-check
// Questions to a server that has the project loaded, and the size of its answers.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { medianOf5, ms, placeOf, startOurs, startTheirs, times, timed, median } from "../lib/bench.ts";
import { copySubject } from "../lib/subjects.ts";

/** @param {import("../lib/bench.ts").Bench} bench @returns {Promise<import("../lib/bench.ts").Row[]>} */
export async function measure(bench) {
  const scratch = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  const folder = path.join(scratch, "work");
  await copySubject(bench, folder);
  const { file, name } = bench.symbol;
  const absolute = path.join(folder, file);
  const server = await startOurs(folder);
  const theirs = await startTheirs(absolute);
  try {
    const { line, column } = await placeOf(bench);
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
      {
        what: "search_code of import type, first page",
        ours: ms(await medianOf5(() => server.call("search_code", { query: "import type" }))),
        beside: `git grep ${ms(await medianOf5(() => grep(folder)))}`,
      },
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
 * Another program writes an error into the file, and takes it out again; each side must tell it in its next answer.
 * tsserver is told of the edit, as an editor does: from the disk alone it learns later.
 * @param {Awaited<ReturnType<typeof startOurs>>} server @param {Awaited<ReturnType<typeof startTheirs>>} theirs
 * @param {{ absolute: string, file: string }} at
 */
async function afterEdits(server, theirs, { absolute, file }) {
  const text = await readFile(absolute, "utf8");
  const wrong = `${text}\nconst benchError: number = "text";\n`;
  /** @type {{ ours: number[], theirs: number[] }} */
  const all = { ours: [], theirs: [] };
  for (let turn = 0; turn < 10; turn++) {
    const broken = turn % 2 === 0;
    await writeFile(absolute, broken ? wrong : text);
    let found = 0;
    const ours = await timed(async () => (found = (await server.call("get_diagnostics", { path: file })).total));
    if (found > 0 !== broken) throw new Error(`get_diagnostics told ${found} errors in turn ${turn}.`);
    const beside = await timed(async () => {
      await theirs.request("updateOpen", {
        openFiles: [{ file: absolute, fileContent: broken ? wrong : text }],
      });
      found = /** @type {unknown[]} */ (await theirs.request("semanticDiagnosticsSync", { file: absolute })).length;
    });
    if (found > 0 !== broken) throw new Error(`tsserver told ${found} errors in turn ${turn}.`);
    // The turns that take the error out leave both where they were.
    if (!broken) continue;
    all.ours.push(ours);
    all.theirs.push(beside);
  }
  return { ours: median(all.ours), theirs: median(all.theirs) };
}

/**
 * Another program adds a comment to the file before each question, so that nothing can be remembered.
 * @param {Awaited<ReturnType<typeof startOurs>>} server @param {Awaited<ReturnType<typeof startTheirs>>} theirs
 * @param {{ absolute: string, symbol: string, line: number, column: number }} at
 */
async function referencesAfterEdits(server, theirs, { absolute, symbol, line, column }) {
  const text = await readFile(absolute, "utf8");
  /** @type {{ ours: number[], theirs: number[] }} */
  const all = { ours: [], theirs: [] };
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

/** @param {string} folder */
function grep(folder) {
  execFileSync("git", ["grep", "-nIF", "import type"], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
}

/** @param {string} what @param {string} text @param {number} most @returns {import("../lib/bench.ts").Row} */
function sizeRow(what, text, most) {
  const bytes = Buffer.byteLength(text);
  return { what, ours: `${bytes} B`, limit: `≤ ${most.toLocaleString("en")} B`, ok: bytes <= most };
}

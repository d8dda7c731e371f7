// A much-used symbol renamed in every file. Ours is previewed, checked to change the meaning of nothing, and applied whole
// or not at all; tsserver's is what it answers, written to the files by a plain loop, and nothing is checked. Nor does the
// other server check anything; it looks into strings as well, so its number of files may differ.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { median, ms, locationOf, startOurs, startTheirs, timed, times } from "../lib/bench.ts";
import { installPeer, peerName, startPeer } from "../lib/peer.ts";
import { copySubject } from "../lib/subjects.ts";
import type { Bench, Row } from "../lib/bench.ts";

const point = z.object({ line: z.number(), offset: z.number() });
/** On one line. */
const span = z.object({ start: point, end: point });
type Span = z.infer<typeof span>;
/** What tsserver answers to `rename`. */
const renameLocations = z.object({ locs: z.array(z.object({ file: z.string(), locs: z.array(span) })) });
/** What of a preview is read here. */
const renamePlan = z.object({
  planId: z.string(),
  files: z.number(),
  checked: z.object({ by: z.string(), files: z.number(), complete: z.boolean() }),
});

export async function measure(bench: Bench): Promise<Row[]> {
  const scratch = await mkdtemp(path.join(tmpdir(), "lfc-bench-"));
  try {
    const peerMain = await installPeer();
    const peer = peerMain && (await renames(bench, path.join(scratch, "peer"), (on) => withPeer(on, peerMain)));
    const theirs = await renames(bench, path.join(scratch, "theirs"), withTsserver);
    const ours = await renames(bench, path.join(scratch, "ours"), withOurs);
    if (ours.files !== theirs.files) throw new Error(`${ours.files} files, not the ${theirs.files} of tsserver.`);
    const limit = `${times(ours.time, theirs.time)}, ≤ 1.5 of one that checks nothing`;
    return [
      {
        what: `rename ${bench.symbol.name} in ${ours.files} files`,
        ours: ms(ours.time),
        beside: `tsserver ${ms(theirs.time)}`,
        limit,
        ok: ours.time <= 1.5 * theirs.time,
      },
      ...(peer
        ? [
            {
              what: "  beside another server",
              ours: ms(ours.time),
              beside: `${peerName} ${ms(peer.time)}`,
              limit: `${times(ours.time, peer.time)}, in ${peer.files} files`,
            },
          ]
        : []),
      ...ours.notes.map(([what, text]) => ({ what: `  of it ${what}`, ours: text })),
    ];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** `rename` gives the number of files; `settle` waits until the server knows what it has written. */
interface Renamer {
  rename(from: string, to: string): Promise<number>;
  settle(name: string): Promise<void>;
  notes(): [what: string, text: string][];
  close(): void | Promise<void>;
}

/** Five renames, each of the name that the one before left. */
async function renames(bench: Bench, folder: string, start: (bench: Bench) => Promise<Renamer>) {
  await copySubject(bench, folder);
  const renamer = await start({ ...bench, folder });
  try {
    const all = [];
    let files = 0;
    let name = bench.symbol.name;
    for (let turn = 0; turn < 5; turn++) {
      await renamer.settle(name);
      const next = `${bench.symbol.name}${turn}`;
      all.push(await timed(async () => (files = await renamer.rename(name, next))));
      name = next;
    }
    return { time: median(all), files, notes: renamer.notes() };
  } finally {
    await renamer.close();
  }
}

async function withOurs({ folder, symbol: { file } }: Bench): Promise<Renamer> {
  const server = await startOurs(folder);
  const applies: number[] = [];
  let checked = { by: "", files: 0, complete: false };
  return {
    async rename(from, newName) {
      const asked = { operation: "rename_symbol", symbol: `${file}#${from}`, newName };
      const plan = renamePlan.parse(await server.call("preview_refactoring", asked));
      checked = plan.checked;
      applies.push(await timed(() => server.call("apply_edits", { planId: plan.planId })));
      return plan.files;
    },
    settle: async (name) => void (await server.call("find_references", { symbol: `${file}#${name}` })),
    notes: () => [
      ["written, each file or none", ms(median(applies))],
      [`checked by ${checked.by}`, `${checked.files} files${checked.complete ? "" : ", time was over"}`],
    ],
    close: () => server.stop(),
  };
}

async function withTsserver(bench: Bench): Promise<Renamer> {
  const file = path.join(bench.folder, bench.symbol.file);
  const { line, column } = await locationOf(bench);
  const server = await startTheirs(file);
  return {
    async rename(_from, to) {
      const { locs } = renameLocations.parse(await server.request("rename", { file, line, offset: column }));
      await Promise.all(locs.map(({ file: at, locs: spans }) => replaceIn(at, spans, to)));
      return locs.length;
    },
    async settle() {
      // It learns of other files by their folders' events; of an open one it must be reported.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await server.request("updateOpen", { openFiles: [{ file, fileContent: await readFile(file, "utf8") }] });
      await server.references(file, line, column);
    },
    notes: () => [],
    close: () => server.close(),
  };
}

async function withPeer(bench: Bench, main: string): Promise<Renamer> {
  const { file } = bench.symbol;
  const { line } = await locationOf(bench);
  const server = await startPeer(main, bench.folder);
  return {
    async rename(oldName, newName) {
      const text = await server.text("rename_symbol", { filePath: file, line, oldName, newName });
      return Number(/in (\d+) file/.exec(text)?.[1]);
    },
    settle: async (symbolName) => void (await server.text("find_references", { filePath: file, line, symbolName })),
    notes: () => [],
    close: () => server.close(),
  };
}

async function replaceIn(file: string, spans: readonly Span[], text: string) {
  const lines = (await readFile(file, "utf8")).split("\n");
  for (const { start, end } of [...spans].reverse()) {
    const line = lines[start.line - 1] ?? "";
    lines[start.line - 1] = line.slice(0, start.offset - 1) + text + line.slice(end.offset - 1);
  }
  await writeFile(file, lines.join("\n"));
}

// A much-used symbol moved to a new file, each time to another one. Ours is a preview with its check: every use means what it
// meant, and the files that lose and get the code have no new error. tsserver's is its "Move to file" alone, unchecked.
import path from "node:path";
import { z } from "zod";
import { startTsServer } from "../../test/support/tsserver.ts";
import { median, ms, startOurs, timed, times } from "../lib/bench.ts";
import type { Bench, Row } from "../lib/bench.ts";
import { editsOf } from "../lib/refactorers.ts";

const movePlan = z.object({
  files: z.number(),
  conflicts: z.array(z.unknown()),
  added: z.array(z.unknown()),
  checked: z.object({ by: z.string(), files: z.number(), complete: z.boolean() }),
});
/** For a hundred files. */
const limit = 1000;

export async function measure({ folder, symbol: { file, name } }: Bench): Promise<Row[]> {
  const symbol = `${file}#${name}`;
  const targets = [0, 1, 2, 3, 4, 5].map((turn) => path.posix.join(path.posix.dirname(file), `moved${turn}.ts`));
  const server = await startOurs(folder);
  const theirs = startTsServer();
  try {
    let plan: z.infer<typeof movePlan> | undefined;
    const ours = await warm(targets, async (to) => {
      plan = movePlan.parse(await server.call("preview_refactoring", { operation: "move_symbol", symbol, to }));
    });
    if (!plan || plan.conflicts.length + plan.added.length > 0) throw new Error(`${symbol} cannot be moved as it is.`);
    const absolute = path.join(folder, file);
    await theirs.request("configure", { preferences: { allowTextChangesInNewFiles: true } });
    await theirs.open(absolute);
    const beside = await warm(targets, async (to) => {
      await editsOf(theirs, folder, absolute, { operation: "move_symbol", symbol, to });
    });
    const { by, files, complete } = plan.checked;
    const allowed = Math.max(limit, (limit * plan.files) / 100);
    return [
      {
        what: `preview of a move of ${name} used in ${plan.files} files`,
        ours: ms(ours),
        beside: `tsserver ${ms(beside)}`,
        limit: `${times(ours, beside)}, ≤ ${ms(allowed)}, of one that checks nothing`,
        ok: ours <= allowed,
      },
      { what: `  of it checked by ${by}`, ours: `${files} files${complete ? "" : ", time was over"}` },
    ];
  } finally {
    theirs.close();
    await server.stop();
  }
}

/** The median of all but the first, which waits for the projects. */
async function warm(targets: readonly string[], move: (to: string) => Promise<void>): Promise<number> {
  const all = [];
  for (const to of targets) all.push(await timed(() => move(to)));
  return median(all.slice(1));
}

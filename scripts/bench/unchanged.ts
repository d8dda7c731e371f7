// The same questions again while nothing has changed: all that is left is the look at the disk and the way there and back.
import { median, ms, startOurs, timed } from "../lib/bench.ts";
import type { Bench, Row } from "../lib/bench.ts";

/** Each is asked this often, after a few calls in which the server's code gets warm. */
const calls = 25;
const warmUps = 10;

export async function measure({ folder, symbol: { file, name } }: Bench): Promise<Row[]> {
  const server = await startOurs(folder);
  const questions = [
    { tool: "get_diagnostics", args: { path: file }, most: 3 },
    { tool: "find_symbol", args: { query: name }, most: 5 },
    { tool: "find_references", args: { symbol: `${file}#${name}` }, most: 5 },
    { tool: "extract_code_components", args: { path: file }, most: 5 },
  ];
  try {
    const rows: Row[] = [];
    for (const { tool, args, most } of questions) {
      const ask = () => server.call(tool, args);
      for (let turn = 0; turn < warmUps; turn++) await ask();
      const all: number[] = [];
      for (let turn = 0; turn < calls; turn++) all.push(await timed(ask));
      const ours = median(all);
      rows.push({
        what: `${tool} again, nothing changed`,
        ours: ms(ours),
        limit: `≤ ${most} ms; best ${ms(Math.min(...all))}`,
        ok: ours <= most,
      });
    }
    const health: number[] = [];
    for (let turn = 0; turn < calls; turn++)
      health.push(await timed(async () => (await fetch(new URL("/health", server.url))).text()));
    return [...rows, { what: "/health, the way there and back alone", ours: ms(median(health)) }];
  } finally {
    await server.stop();
  }
}

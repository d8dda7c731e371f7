// What a server takes after its first look at everything: references, diagnostics, quality and overview, all threads together.
import { ms, startOurs, timed, watchMemory } from "../lib/bench.ts";
import type { Bench, Row } from "../lib/bench.ts";

const megabyte = 1024 * 1024;

export async function measure({ folder, symbol: { file, name } }: Bench): Promise<Row[]> {
  const server = await startOurs(folder);
  const stopWatching = watchMemory(server.pid);
  try {
    const calls: readonly (readonly [tool: string, args: object])[] = [
      ["find_references", { symbol: `${file}#${name}` }],
      ["get_diagnostics", { path: file }],
      ["analyze_repository", {}],
      ["analyze_code_quality", {}],
    ];
    let took = 0;
    for (const [tool, args] of calls) took += await timed(() => server.text(tool, { ...args, wait: 170 }));
    const most = stopWatching() / megabyte;
    return [
      {
        what: "memory after references, diagnostics and analysis",
        ours: `${most.toFixed(0)} MB`,
        beside: `in ${ms(took)}`,
        limit: "≤ 1,100 MB",
        ok: most <= 1100,
      },
    ];
  } finally {
    stopWatching();
    await server.stop();
  }
}

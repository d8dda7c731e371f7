// A look over the whole repository: the first, one when nothing has changed, and /health meanwhile.
import { median, medianOf5, ms, startOurs, timed } from "../lib/bench.ts";
import type { Bench, Row } from "../lib/bench.ts";

export async function measure({ folder }: Bench): Promise<Row[]> {
  const firsts = [];
  const agains = [];
  const healths = [];
  for (let round = 0; round < 5; round++) {
    const server = await startOurs(folder);
    try {
      await server.list();
      const { time, health } = await healthDuring(server.url, () => server.call("analyze_repository"));
      firsts.push(time);
      healths.push(...health);
      agains.push(await medianOf5(() => server.call("analyze_repository")));
    } finally {
      await server.stop();
    }
  }
  const [first, again] = [median(firsts), median(agains)];
  const p99 = [...healths].sort((a, b) => a - b)[Math.floor(healths.length * 0.99)] ?? Number.NaN;
  return [
    { what: "analyze_repository, the first after the start", ours: ms(first) },
    {
      what: "analyze_repository, nothing changed",
      ours: ms(again),
      limit: `${((100 * again) / first).toFixed(1)} %, ≤ 10 %`,
      ok: again <= first / 10,
    },
    { what: "/health p99 during the first", ours: ms(p99), limit: "< 50 ms", ok: p99 < 50 },
  ];
}

async function healthDuring(url: string, work: () => Promise<unknown>) {
  const state = { over: false };
  const running = timed(work).finally(() => (state.over = true));
  const health = [];
  while (!state.over) health.push(await timed(async () => (await fetch(new URL("/health", url))).text()));
  return { time: await running, health };
}

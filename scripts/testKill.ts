// npm run test:kill [-- --rounds 100] [--only NAME]: kills the real server in the middle of its work, again and again,
// and compares what is left with what was promised.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { scenarios } from "./kill/index.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "100" }, only: { type: "string" } } });
const rounds = Number(values.rounds);
const chosen = scenarios.filter(({ name }) => values.only === undefined || name.startsWith(values.only));
if (!Number.isInteger(rounds) || rounds < 1 || chosen.length === 0) {
  console.error(`Use --rounds with a number, and --only with one of: ${scenarios.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}
if (!existsSync("dist/server/main.mjs")) {
  console.error("There is no dist/server: run `npm run build` first.");
  process.exit(2);
}

let failed = 0;
for (const { name, run } of chosen) {
  const started = performance.now();
  try {
    const facts = await run({ rounds });
    console.log(`${name}: ${facts} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  } catch (error) {
    failed++;
    console.error(`FAILED ${name}:`, error);
  }
}
process.exitCode = failed === 0 ? 0 : 1;

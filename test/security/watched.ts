import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Watched {
  /** For the server, so that it is watched from its first line on. */
  readonly env: Readonly<Record<string, string>>;
  /** Nothing but git was started, with its hooks off, and no thread has a key on Object.prototype. */
  assertUnharmed(): Promise<void>;
  remove(): void;
}

export function watchServer(): Watched {
  const folder = mkdtempSync(path.join(tmpdir(), "lfc-watch-"));
  const file = path.join(folder, "seen.jsonl");
  writeFileSync(file, "");
  const preload = new URL("watchServer.ts", import.meta.url).href;
  return {
    env: {
      WATCH_SERVER_FILE: file,
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${preload}`,
    },
    async assertUnharmed() {
      // Longer than the watch looks away.
      await sleep(100);
      const lines = readFileSync(file, "utf8").trim().split("\n");
      const seen = lines.map((line) => JSON.parse(line) as readonly [string, string]);
      const of = (kind: string) => seen.filter(([one]) => one === kind).map(([, what]) => what);
      assert.ok(of("watched").length > 0, "the server is not watched");
      assert.deepEqual(of("polluted"), [], "keys of Object.prototype");
      for (const program of of("started"))
        assert.match(program, /^\/\S+\/git -c core\.fsmonitor=false -c core\.hooksPath=\/dev\/null /);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

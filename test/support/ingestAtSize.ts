import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ok } from "./answers.ts";
import type { TestClient } from "./clients.ts";
import { processorSeconds, threadsOf } from "./processTime.ts";
import type { RunningServer } from "./server.ts";

const Brought = z.looseObject({ name: z.string(), files: z.number(), commit: z.string(), changed: z.boolean() });

export interface Measured<T> {
  readonly answer: T;
  readonly seconds: number;
  /** Of the server and its gits. */
  readonly processorSeconds: number;
}

export interface Received {
  readonly packs: number;
  readonly bytes: number;
  readonly objects: number;
}

/** Steps of one ingested repository, each with what it cost. */
export function ingestMeasures({ client, server }: { client: TestClient; server: RunningServer }) {
  async function measured<T>(work: () => Promise<T>): Promise<Measured<T>> {
    const [began, used] = [performance.now(), processorSeconds(server.pid)];
    const answer = await work();
    return {
      answer,
      seconds: (performance.now() - began) / 1000,
      processorSeconds: processorSeconds(server.pid) - used,
    };
  }

  /** Where the packs of a repository are. */
  function packFolder(name: string): string {
    const [hash = ""] = readdirSync(path.join(server.data, "repositories"));
    return path.join(server.data, "repositories", hash, name.slice(1), "files/.git/objects/pack");
  }

  function packs(name: string): string[] {
    const folder = packFolder(name);
    return existsSync(folder) ? readdirSync(folder).filter((each) => each.endsWith(".pack")) : [];
  }

  return {
    threads: () => threadsOf(server.pid),
    packs,
    ingest: (url: string) =>
      measured(async () => Brought.parse(await ok(client, "ingest_repository", { url, wait: 170 }))),
    ask: (tool: string, args: Record<string, unknown>) => measured(() => ok(client, tool, args)),
    /** What came with the packs that were not there before. */
    received(name: string, before: readonly string[]): Received {
      const folder = packFolder(name);
      const added = packs(name).filter((pack) => !before.includes(pack));
      const objects = added.map(
        (pack) =>
          execFileSync("git", ["show-index"], {
            input: execFileSync("cat", [path.join(folder, pack.replace(/pack$/, "idx"))], { maxBuffer: 2 ** 28 }),
            encoding: "utf8",
            maxBuffer: 2 ** 28,
          }).split("\n").length - 1,
      );
      return {
        packs: added.length,
        bytes: added.reduce((total, pack) => total + statSync(path.join(folder, pack)).size, 0),
        objects: objects.reduce((total, count) => total + count, 0),
      };
    },
    /** Files below the data folder whose path has a word. */
    traces: (word: string) =>
      readdirSync(server.data, { recursive: true, encoding: "utf8" }).filter((name) => name.includes(word)),
  };
}

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import { assertCleanAnswer, classesOf } from "./outcome.ts";
import { sendRaw } from "./rawHttp.ts";
import type { RawAnswer } from "./rawHttp.ts";
import { watchServer } from "./watched.ts";

export const canary = "CANARY-7f3a9b";
export const eras = ["2025-11-25", "2026-07-28"] as const;
export type Era = (typeof eras)[number];

export interface RawRequest {
  readonly era: Era;
  readonly body: Buffer;
  /** Replaces (text), repeats (list) or leaves out (null) a header of a right request. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly requestLine?: string;
  readonly timeoutMs?: number;
}

/** A real server with secrets around its workspace, attacked over raw sockets. */
export interface Target {
  readonly server: RunningServer;
  readonly port: number;
  send(request: RawRequest): Promise<RawAnswer>;
  /** One row per call: tool and outcome, oldest first. */
  rows(): readonly { readonly tool: string; readonly outcome: string }[];
  /** After each entry: alive, quick, nothing leaked. */
  assertHealthy(answer: RawAnswer): Promise<void>;
  /** After the section: memory, files outside, log and ledger. */
  assertUnharmed(): Promise<void>;
  stop(): Promise<void>;
}

export async function startTarget(): Promise<Target> {
  const workspace = await scratchWorkspace({
    "README.md": "hello\n",
    "src/a.ts": "export const a = 1;\n",
    ".env": `API_KEY=${canary}\n`,
  });
  const up = path.dirname(workspace.folder);
  mkdirSync(path.join(up, "outside"));
  writeFileSync(path.join(up, "outside", "secret.txt"), canary);
  const watched = watchServer();
  const server = await startServer({
    folders: [workspace.folder],
    env: { LFC_STORAGE_ENGINE: "node", ...watched.env },
  });
  const port = Number(new URL(server.url).port);
  const secrets = [canary, server.token];
  const outsideBefore = snapshot(up);

  function send({ era, body, headers = {}, requestLine, timeoutMs }: RawRequest): Promise<RawAnswer> {
    const right: Record<string, string | readonly string[] | null> = {
      Host: `127.0.0.1:${port}`,
      Authorization: `Bearer ${server.token}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": era,
      ...(era === "2026-07-28" && routingHeaders(body)),
      "Content-Length": String(body.length),
      ...headers,
    };
    const lines = Object.entries(right).flatMap(([name, value]) =>
      value === null ? [] : [value].flat().map((one) => `${name}: ${one}`),
    );
    const head = `${[requestLine ?? "POST /mcp HTTP/1.1", ...lines].join("\r\n")}\r\n\r\n`;
    return sendRaw(port, Buffer.concat([Buffer.from(head, "utf8"), body]), timeoutMs);
  }

  const control = () => send({ era: "2025-11-25", body: rpc("tools/list", {}) });
  // The first answered tool call means that the ledger is there.
  await send({ era: "2025-11-25", body: rpc("tools/call", { name: "read_file", arguments: { path: "README.md" } }) });
  const rssBefore = await residentBytes(server);

  return {
    server,
    port,
    send,
    rows() {
      const database = new DatabaseSync(path.join(server.data, "ledger", "ledger.db"), {
        readOnly: true,
        timeout: 2000,
      });
      try {
        return database.prepare("SELECT tool, outcome FROM calls ORDER BY at").all() as never;
      } finally {
        database.close();
      }
    },
    async assertHealthy(answer) {
      assertCleanAnswer(answer, secrets);
      const alive = await control();
      assert.deepEqual(classesOf(alive), ["ok"]);
      assert.ok(alive.ms < 1000, `the control request took ${alive.ms} ms`);
      process.kill(server.pid, 0);
    },
    async assertUnharmed() {
      const grown = (await residentBytes(server)) - rssBefore;
      assert.ok(grown < 150e6, `memory grew by ${grown} bytes`);
      assert.deepEqual(snapshot(up), outsideBefore);
      await watched.assertUnharmed();
      const ledger = readdirSync(path.join(server.data, "ledger")).map((name) =>
        readFileSync(path.join(server.data, "ledger", name), "latin1"),
      );
      for (const secret of secrets) {
        assert.ok(!server.log().includes(secret), "a secret is in the log");
        assert.ok(!ledger.join().includes(secret), "a secret is in the ledger");
      }
    },
    async stop() {
      await server.stop();
      watched.remove();
      await workspace.remove();
    },
  };
}

export function rpc(method: string, params: Record<string, unknown>): Buffer {
  return Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }));
}

/** Modern clients repeat method and name in headers; where the body does not say them, the headers are left out. */
function routingHeaders(body: Buffer): Record<string, string> {
  if (body.length > 1_000_000) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    return {};
  }
  if (parsed === null || typeof parsed !== "object") return {};
  const { method, params } = parsed as { method?: unknown; params?: { name?: unknown } };
  const safe = (value: unknown): value is string => typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
  return {
    ...(safe(method) && { "Mcp-Method": method }),
    ...(method === "tools/call" && safe(params?.name) && { "Mcp-Name": params.name }),
  };
}

async function residentBytes(server: RunningServer): Promise<number> {
  const answer = await fetch(new URL("/metrics", server.url), { headers: { authorization: `Bearer ${server.token}` } });
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(await answer.text())?.[1]);
}

/** Every file around the workspace with its mode, time and hash. */
function snapshot(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${path.sep}.git`))
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      const { mode, mtimeMs } = lstatSync(file);
      return [file, mode, mtimeMs, createHash("sha256").update(readFileSync(file)).digest("hex")].join(" ");
    })
    .sort();
}

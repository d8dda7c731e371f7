import { Client as ModernClient, StreamableHTTPClientTransport as ModernHttp } from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as LegacyStdio, getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as LegacyHttp } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import assert from "node:assert/strict";
import { homedir } from "node:os";
import path from "node:path";
import { serverMain } from "./server.ts";

export interface CallAnswer {
  readonly isError: boolean;
  /** The parsed JSON of the text answer. */
  readonly value: Record<string, unknown>;
}

export interface TestClient {
  listTools(): Promise<readonly { name: string }[]>;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<CallAnswer>;
  readonly offers: Offers;
  close(): Promise<void>;
}

/** What a client can ask for besides tools, as its SDK answers. */
export interface Offers {
  prompts(): Promise<{ prompts: { name: string }[] }>;
  prompt(
    name: string,
    args?: Record<string, string>,
  ): Promise<{ messages: { content: { type: string; text?: string } }[] }>;
  resources(): Promise<{ resources: { uri: string; mimeType?: string | undefined }[] }>;
  templates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  read(uri: string): Promise<{ contents: { uri: string; mimeType?: string | undefined; text?: string }[] }>;
  /** @param of A prompt's name, or a template of addresses. */
  complete(of: string, argument: string, value: string): Promise<readonly string[]>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  onprogress?(progress: { progress: number; total?: number | undefined }): void;
}

const identity = { name: "lfc-test", version: "1" };

/** The four ways a real client reaches the server: two eras over two transports. */
export const clientKinds = ["2025-11-25 http", "2026-07-28 http", "2025-11-25 stdio", "2026-07-28 stdio"] as const;
export type ClientKind = (typeof clientKinds)[number];

/** Where the HTTP kinds connect; the stdio kinds start a server of their own on the folders. */
interface Target {
  readonly url: string;
  readonly token: string;
}

export async function connect(kind: ClientKind, server: Target, folders: readonly string[]): Promise<TestClient> {
  const client = await open(kind, server, folders);
  return {
    ...client,
    async call(name, args = {}, options) {
      const answer = await client.call(name, args, options);
      checkFolders(answer, { name, args, folders });
      return answer;
    },
  };
}

/** No answer names a folder of the machine, except one that the call itself named. */
function checkFolders(
  { value }: CallAnswer,
  { name, args, folders }: { name: string; args: object; folders: readonly string[] },
): void {
  const [answer, call] = [JSON.stringify(value), JSON.stringify(args)];
  for (const folder of [...folders, `${homedir()}/`, path.dirname(serverMain)]) {
    assert.ok(!answer.includes(folder) || call.includes(folder), `${name} names ${folder}: ${answer.slice(0, 2_000)}`);
  }
}

async function open(kind: ClientKind, server: Target, folders: readonly string[]): Promise<TestClient> {
  const requestInit = { headers: { authorization: `Bearer ${server.token}` } };
  const stdio = {
    command: process.execPath,
    args: [serverMain, "stdio", ...folders.flatMap((folder) => ["--workspace", folder])],
    stderr: "ignore" as const,
    // The clients hand over the safe part of the environment only.
    env: { ...getDefaultEnvironment(), LFC_DATA: process.env["LFC_DATA"] ?? "" },
  };
  switch (kind) {
    case "2025-11-25 http":
      return legacy(new LegacyHttp(new URL(server.url), { requestInit }));
    case "2025-11-25 stdio":
      return legacy(new LegacyStdio(stdio));
    case "2026-07-28 http":
      return modern(new ModernHttp(new URL(server.url), { requestInit }));
    case "2026-07-28 stdio":
      return modern(new ModernStdio(stdio));
  }
}

async function legacy(transport: Parameters<LegacyClient["connect"]>[0]): Promise<TestClient> {
  const client = new LegacyClient(identity);
  await client.connect(transport);
  return {
    listTools: async () => (await client.listTools()).tools,
    call: async (name, args = {}, options = {}) =>
      answerOf(await client.callTool({ name, arguments: args }, undefined, { timeout: 180_000, ...options })),
    offers: offersOf(client),
    close: () => client.close(),
  };
}

async function modern(transport: Parameters<ModernClient["connect"]>[0]): Promise<TestClient> {
  const client = new ModernClient(identity, { versionNegotiation: { mode: "auto" } });
  await client.connect(transport);
  return {
    listTools: async () => (await client.listTools()).tools,
    call: async (name, args = {}, options = {}) =>
      answerOf(await client.callTool({ name, arguments: args }, { timeout: 180_000, ...options })),
    offers: offersOf(client),
    close: () => client.close(),
  };
}

function offersOf(client: LegacyClient | ModernClient): Offers {
  return {
    prompts: () => client.listPrompts(),
    prompt: (name, args = {}) => client.getPrompt({ name, arguments: args }),
    resources: () => client.listResources(),
    templates: () => client.listResourceTemplates(),
    read: (uri) => client.readResource({ uri }),
    async complete(of, name, value) {
      const ref = of.includes("://")
        ? ({ type: "ref/resource", uri: of } as const)
        : ({ type: "ref/prompt", name: of } as const);
      return (await client.complete({ ref, argument: { name, value } })).completion.values;
    },
  };
}

function answerOf(result: Record<string, unknown>): CallAnswer {
  const [content] = result.content as readonly { type: string; text: string }[];
  if (content?.type !== "text") throw new Error("The answer is not text.");
  return { isError: result.isError === true, value: JSON.parse(content.text) as Record<string, unknown> };
}

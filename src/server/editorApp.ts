import { createApp } from "./app.ts";
import type { App, Listening } from "./app.ts";
import type { EditorApp, OpenOptions } from "./faces/lsp/server.ts";
import { dataFiles, dataFolder, keptToken, newToken, readKept, writePrivate } from "./platform/dataFolder.ts";
import { systemCode } from "./platform/errors.ts";
import type { Logger } from "./platform/logger.ts";
import { countTokens } from "./platform/tokens.ts";
import { defaultToolsets } from "./tools/index.ts";
import type { ToolCallRecord } from "./tools/runTool.ts";
import { version } from "./version.ts";
import { rootsHash } from "./workspace/roots.ts";

const host = "127.0.0.1";

/** The application for one VS Code window: endpoint open on the kept port with the kept token. */
export async function openEditorApp({ folders, options }: OpenOptions, log: Logger): Promise<EditorApp> {
  let onCall: (record: ToolCallRecord) => void = () => undefined;
  const app = await createApp({
    folders,
    log,
    version,
    onCall: (record) => {
      onCall(record);
    },
  });
  const files = dataFiles(dataFolder(process.env), rootsHash(app.workspace.roots));
  if (options.token !== undefined && (await readKept(files.token)) === undefined) {
    await writePrivate(files.token, `${options.token}\n`);
  }
  let token = await keptToken(files.token);
  const listening = await listenOnKeptPort(app, files.port, () => token);
  const startedAt = new Date().toISOString();
  return {
    workspace: app.workspace,
    runner: app.runner,
    endpoint: () => ({
      url: listening.url,
      tools: app.runner.registry.inToolsets(defaultToolsets).length,
      startedAt,
      owner: true,
      token,
      tokenFile: files.token,
    }),
    onActivity(listener) {
      onCall = (record) => {
        toActivity(record).then(listener, (error: unknown) => {
          log.warn("activity.failed", { error: String(error) });
        });
      };
    },
    async rotateToken() {
      const next = newToken();
      await writePrivate(files.token, `${next}\n`);
      token = next;
    },
    shutdown: app.shutdown,
  };
}

/** Registrations and copied snippets hold the port, so it is kept; another one is taken while it is in use. */
async function listenOnKeptPort(app: App, file: string, token: () => string): Promise<Listening> {
  const kept = Number(await readKept(file));
  if (Number.isInteger(kept) && kept > 0 && kept < 65_536) {
    try {
      return await app.listen({ host, port: kept, token });
    } catch (error) {
      if (systemCode(error) !== "EADDRINUSE" && systemCode(error) !== "EACCES") throw error;
    }
  }
  const listening = await app.listen({ host, port: 0, token });
  await writePrivate(file, `${String(listening.port)}\n`);
  return listening;
}

async function toActivity(record: ToolCallRecord) {
  const [inputTokens, outputTokens] = await Promise.all([
    countTokens(record.inputText),
    countTokens(record.outputText),
  ]);
  return {
    id: record.id,
    kind: "tool",
    name: record.tool,
    client: record.caller.client,
    startedAt: record.startedAt.toISOString(),
    durationMs: record.durationMs,
    outcome: record.outcome,
    inputTokens,
    outputTokens,
  } as const;
}

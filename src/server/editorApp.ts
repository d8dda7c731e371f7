import { createApp } from "./app.ts";
import type { EditorApp, OpenOptions } from "./faces/lsp/server.ts";
import { dataFiles, dataFolder, readKept, writePrivate } from "./platform/dataFolder.ts";
import type { Logger } from "./platform/logger.ts";
import { defaultToolsets } from "./tools/index.ts";
import { version } from "./version.ts";
import { rootsHash } from "./workspace/roots.ts";

const host = "127.0.0.1";

/** The application for one VS Code window: endpoint open on the kept port with the kept token. */
export async function openEditorApp({ folders, options }: OpenOptions, log: Logger): Promise<EditorApp> {
  const data = dataFolder(process.env);
  const app = await createApp({
    folders,
    ...(options.workspaceName !== undefined && { workspaceName: options.workspaceName }),
    data,
    log,
    version,
    // Nothing is written from here until there is a way to ask the user.
    editPolicy: () => "off",
    costModel: () => options.settings["cost.model"] ?? "",
  });
  const files = dataFiles(data, rootsHash(app.workspace.roots));
  if (options.token !== undefined && (await readKept(files.token)) === undefined) {
    await writePrivate(files.token, `${options.token}\n`);
  }
  const advertisedUrl = options.settings["endpoint.advertisedUrl"];
  const endpoint = await app.open({ host, port: 0, ...(advertisedUrl && { advertisedUrl }) });
  const startedAt = new Date().toISOString();
  return {
    workspace: app.workspace,
    runner: app.runner,
    langflow: app.link,
    onEndpoint: app.onEndpoint,
    endpoint: () => ({
      url: endpoint.url(),
      tools: app.runner.registry.inToolsets(defaultToolsets).length,
      startedAt,
      owner: endpoint.owner(),
      token: endpoint.token(),
      tokenFile: endpoint.tokenFile,
    }),
    onActivity(listener) {
      app.ledger.onActivity(listener);
    },
    rotateToken: endpoint.rotateToken,
    shutdown: app.shutdown,
  };
}

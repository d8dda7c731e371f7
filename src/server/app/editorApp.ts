import type { HeadlessSettings } from "../../protocol/settings.ts";
import { alertChannels } from "./alertChannels.ts";
import { createApp } from "./app.ts";
import { modelSettings } from "./aiServices.ts";
import { embeddingSettings } from "./embeddings.ts";
import { windowNetwork } from "./network.ts";
import type { Proxies } from "./network.ts";
import type { EditorApp, OpenOptions } from "../faces/lsp/server.ts";
import { dataFiles, readKept, writePrivate } from "../platform/dataFolder.ts";
import type { Logger } from "../platform/logger.ts";
import { version } from "../platform/version.ts";
import { rootsHash } from "../workspace/paths/roots.ts";

const host = "127.0.0.1";

export interface EditorAppDeps {
  /** What a window has no setting for comes from here. */
  readonly headless: HeadlessSettings;
  /** Of the environment; those of VS Code's settings win. */
  readonly proxies: Proxies;
  readonly log: Logger;
}

/** The application for one VS Code window: endpoint open on the kept port with the kept token. */
export async function openEditorApp(
  { folders, options, target, drain, askModel }: OpenOptions,
  { headless, proxies, log }: EditorAppDeps,
): Promise<EditorApp> {
  let { settings } = options;
  const { data } = headless;
  const app = await createApp({
    folders,
    ...(options.exclusions && { exclusions: options.exclusions }),
    ...(options.workspaceName !== undefined && { workspaceName: options.workspaceName }),
    data,
    engine: headless["storage.engine"],
    log,
    version,
    editPolicy: () => settings.edits,
    ruleChanges: () => settings["findings.rules"],
    editTarget: target,
    // A changed text comes by another way than the call that asks about it.
    policies: [drain],
    pythonFiles: () => settings["flows.python"],
    costModel: () => settings["cost.model"],
    keepDays: settings["ledger.keepDays"],
    ownPrices: () => settings["cost.prices"],
    allowedHosts: () => settings["egress.allowedHosts"],
    webSearch: () => ({ provider: settings["webSearch.provider"], url: settings["webSearch.url"] }),
    model: () => modelSettings(settings),
    runTests: () => settings["ai.runTests"],
    askEditorModel: askModel,
    ...(options.modelKey !== undefined && { modelKey: options.modelKey }),
    askAbove: () => settings["cost.askAbove"],
    memoryLimit: settings["memory.limit"],
    tracesEndpoint: settings["traces.endpoint"],
    network: windowNetwork(options, proxies),
    alertChannels: alertChannels(settings, options.alertSecrets),
    embeddings: embeddingSettings(settings, options.embeddingsKey),
  });
  const files = dataFiles(data, rootsHash(app.workspace.roots));
  if (options.token !== undefined && (await readKept(files.token)) === undefined) {
    await writePrivate(files.token, `${options.token}\n`);
  }
  const advertisedUrl = settings["endpoint.advertisedUrl"];
  const endpoint = await app.open({ host, port: 0, ...(advertisedUrl && { advertisedUrl }) });
  const startedAt = new Date().toISOString();
  const publish = () => {
    app.topics.publish("endpoint", {
      url: endpoint.url(),
      publicUrl: endpoint.publicUrl(),
      tools: app.runner.registry.listed().length,
      startedAt,
      owner: endpoint.owner(),
      token: endpoint.token(),
      tokenFile: endpoint.tokenFile,
    });
  };
  app.onEndpoint(publish);
  publish();
  return {
    workspace: app.workspace,
    runner: app.runner,
    topics: app.topics,
    tracing: app.tracing,
    ledger: app.ledger,
    operate: app.operate,
    flowCheck: app.langflow.flowCheck,
    components: app.langflow.components,
    changeSettings(next) {
      settings = next;
    },
    shutdown: app.shutdown,
  };
}

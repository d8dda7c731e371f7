import { modelSettings } from "../app/aiServices.ts";
import { createApp } from "../app/app.ts";
import { headlessEmbeddings } from "../app/embeddings.ts";
import type { App } from "../app/app.ts";
import type { AppOptions } from "../app/appOptions.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { localUser } from "../platform/call.ts";
import type { Caller } from "../platform/call.ts";
import { certificatesOf } from "../app/network.ts";
import { version } from "../platform/version.ts";
import { cliLog } from "./options.ts";
import { readProxies, readVariable } from "./settings.ts";

/** Who calls on the command line. */
export const cliCaller: Caller = { face: "cli", client: "langflow-connect", principal: localUser };

/** The services over these folders, as a headless process has them. */
export async function openApp(
  folders: readonly string[],
  settings: HeadlessSettings,
  more: Partial<AppOptions> = {},
): Promise<App> {
  return createApp({
    folders,
    data: settings.data,
    log: cliLog,
    version,
    editPolicy: () => settings.edits,
    engine: settings["storage.engine"],
    variable: readVariable,
    allowedHosts: () => settings["egress.allowedHosts"],
    webSearch: () => ({ provider: settings["webSearch.provider"], url: settings["webSearch.url"] }),
    model: () => modelSettings(settings),
    runTests: () => settings["ai.runTests"],
    memoryLimit: settings["memory.limit"],
    tracesEndpoint: settings["traces.endpoint"],
    network: { ...certificatesOf(settings), ...readProxies() },
    pythonFiles: () => settings["flows.python"],
    costModel: () => settings["cost.model"],
    keepDays: settings["ledger.keepDays"],
    ownPrices: () => settings["cost.prices"],
    askAbove: () => settings["cost.askAbove"],
    embeddings: await headlessEmbeddings(settings),
    ...more,
  });
}

import { headlessChannels } from "../app/alertChannels.ts";
import { startMcpStdio } from "../faces/mcp/stdio.ts";
import type { LangflowLink } from "../langflow/link.ts";
import { connectLink } from "../operations/link.ts";
import { describeError } from "../platform/logger.ts";
import { version } from "../platform/version.ts";
import { openApp } from "./openApp.ts";
import { cliLog, expectPositionals, parseOptions, shared, stopSignal } from "./options.ts";
import { readSettings, settingFlags } from "./settings.ts";

export async function stdio(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { workspace: shared.workspace, ...settingFlags("other") });
  expectPositionals(positionals, 0);
  const settings = readSettings(values);
  const app = await openApp(values.workspace, settings, { alertChannels: await headlessChannels(settings) });
  const { runner, prompts, resources } = app;
  startMcpStdio({ runner, prompts, resources, version, face: "stdio", log: cliLog });
  const stop = stopSignal();
  app.offerFlows();
  void connectAgain(app.langflow.link, stop.signal);
  await Promise.race([stop.reason, new Promise((resolve) => process.stdin.once("close", resolve))]);
  await app.shutdown("stdin closed");
  return 0;
}

/** To the Langflow of this workspace, whose exposed flows are tools then; without one, all other tools are there. */
async function connectAgain(link: LangflowLink, signal: AbortSignal): Promise<void> {
  try {
    const known = await link.remembered();
    if (known) await connectLink(link, { ...known, signal });
  } catch (error) {
    // The link goes on trying.
    cliLog.warn("langflow.connect", describeError(error));
  }
}

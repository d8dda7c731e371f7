import { headlessChannels } from "../app/alertChannels.ts";
import { startMcpStdio } from "../faces/mcp/stdio.ts";
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
  await Promise.race([stopSignal().reason, new Promise((resolve) => process.stdin.once("close", resolve))]);
  await app.shutdown("stdin closed");
  return 0;
}

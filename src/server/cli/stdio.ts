import { createApp } from "../app/app.ts";
import { startMcpStdio } from "../faces/mcp/stdio.ts";
import { version } from "../platform/version.ts";
import { cliLog, dataOf, expectPositionals, headlessEdits, parseOptions, shared, stopSignal } from "./options.ts";

export async function stdio(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { workspace: shared.workspace, data: shared.data });
  expectPositionals(positionals, 0);
  const app = await createApp({
    folders: values.workspace,
    data: dataOf(values),
    log: cliLog,
    version,
    editPolicy: headlessEdits(),
  });
  startMcpStdio({ runner: app.runner, version, face: "stdio", log: cliLog });
  await Promise.race([stopSignal().reason, new Promise((resolve) => process.stdin.once("close", resolve))]);
  await app.shutdown("stdin closed");
  return 0;
}

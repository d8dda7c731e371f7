import { commands } from "vscode";
import type { LogOutputChannel } from "vscode";
import { commandId } from "../protocol/commands.ts";
import type { CommandName } from "../protocol/commands.ts";
import type { Findings } from "./features/findings/findings.ts";
import type { Links } from "./features/connection/rememberedLangflow.ts";
import type { Reports } from "./features/reports/reports.ts";
import type { Runs } from "./features/flows/runs.ts";
import type { Session } from "./server/windowServer.ts";

export interface CommandDeps {
  readonly session: Session;
  readonly log: LogOutputChannel;
  readonly links: Links;
  readonly reports: Reports;
  readonly findings: Findings;
  readonly runs: Runs;
  openPanel(): void;
}

export async function run(name: CommandName, ...args: readonly unknown[]): Promise<void> {
  await commands.executeCommand(commandId(name), ...args);
}

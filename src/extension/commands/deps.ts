import { commands } from "vscode";
import type { LogOutputChannel } from "vscode";
import { commandId } from "../../protocol/commands.ts";
import type { CommandName } from "../../protocol/commands.ts";
import type { Findings } from "../findings.ts";
import type { Links } from "../links.ts";
import type { Reports } from "../reports.ts";
import type { Runs } from "../runs.ts";
import type { Session } from "../session.ts";

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

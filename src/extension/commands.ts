import { CancellationError, commands, window } from "vscode";
import { commandId } from "../protocol/commands.ts";
import type { CommandName } from "../protocol/commands.ts";
import { NotRunning } from "./server/windowServer.ts";
import type { Disposable } from "./support/store.ts";
import { analyzeFile, analyzeWorkspace, writeBaseline } from "./features/findings/commands.ts";
import type { CommandDeps } from "./commandDeps.ts";
import { run } from "./commandDeps.ts";
import { copyEndpoint, rotateToken } from "./features/endpoint/commands.ts";
import { connectLangflow } from "./features/connection/connect.ts";
import { cancelRun, disconnectLangflow, openFlow, pushAnalysisFlow, runFlow } from "./features/flows/commands.ts";
import { previewExtract, previewRename } from "./features/refactoring/commands.ts";

type Run = (deps: CommandDeps, argument?: unknown) => void | Promise<void>;

/** Every command is there from the start: one that cannot run says why. */
const runs: Readonly<Record<CommandName, Run>> = {
  connectLangflow,
  disconnectLangflow,
  pushAnalysisFlow,
  runFlow,
  cancelRun,
  openFlow,
  openPanel: ({ openPanel }) => {
    openPanel();
  },
  copyEndpoint,
  analyzeWorkspace,
  analyzeFile,
  clearFindings: ({ findings }) => {
    findings.show([]);
  },
  writeBaseline,
  previewRename,
  previewExtract,
  rotateToken,
  restartServer: async ({ session }) => {
    await session.restart();
    await session.ready();
  },
  showLog: ({ log }) => {
    log.show();
  },
};

/** They work without a server, or bring it about. */
const withoutServer: ReadonlySet<CommandName> = new Set([
  "clearFindings",
  "openPanel",
  "cancelRun",
  "restartServer",
  "showLog",
]);

export function registerCommands(deps: CommandDeps): Disposable[] {
  return namesOf(runs).map((name) =>
    commands.registerCommand(commandId(name), async (argument?: unknown) => {
      try {
        // Asked before the user is asked for anything.
        if (!withoutServer.has(name)) await deps.session.ready();
        await runs[name](deps, argument);
      } catch (error) {
        deps.log.debug(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        // What users cancel is no news to them.
        if (!(error instanceof CancellationError)) void report(error);
      }
    }),
  );
}

async function report(error: unknown): Promise<void> {
  const text = error instanceof Error ? error.message : String(error);
  const [restart, log] = ["Restart server", "Show log"];
  const choices = error instanceof NotRunning && error.canRestart ? [restart, log] : [log];
  const choice = await window.showErrorMessage(text, ...choices);
  if (choice === restart) await run("restartServer");
  if (choice === log) await run("showLog");
}

function namesOf<T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table).filter((name): name is keyof T & string => name in table);
}

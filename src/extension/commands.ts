import { CancellationError, commands, window } from "vscode";
import type { LogOutputChannel } from "vscode";
import { commandId } from "../protocol/commands.ts";
import type { CommandName } from "../protocol/commands.ts";
import { serverRequests } from "../protocol/requests.ts";
import { traceCommand } from "./support/commandTrace.ts";
import { NotRunning } from "./server/windowServer.ts";
import type { WindowServer } from "./server/windowServer.ts";
import { runCommand } from "./support/feature.ts";
import type { Command } from "./support/feature.ts";
import type { Disposable } from "./support/store.ts";

/** They work without a server, or bring it about. */
const withoutServer: ReadonlySet<CommandName> = new Set([
  "clearFindings",
  "openPanel",
  "openFlowGraph",
  "cancelRun",
  "setAlertSecret",
  "setEmbeddingsKey",
  "setModelKey",
  "restartServer",
  "showLog",
]);

interface Registering {
  /** Every command is there from the start: one that cannot run says why. */
  readonly all: Readonly<Record<CommandName, Command>>;
  readonly server: Pick<WindowServer, "ready" | "request">;
  readonly log: LogOutputChannel;
}

export function registerCommands({ all, server, log }: Registering): Disposable[] {
  return namesOf(all).map((name) =>
    commands.registerCommand(commandId(name), async (argument?: unknown, selection?: unknown) => {
      try {
        // Asked before the user is asked for anything.
        if (!withoutServer.has(name)) await server.ready();
        await traceCommand(`command ${commandId(name)}`, {
          work: async () => all[name](argument, selection),
          // A server that has ended meanwhile took the trace with it.
          send: (span) => void server.request(serverRequests.span, span).catch(() => undefined),
        });
      } catch (error) {
        log.debug(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
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
  if (choice === restart) await runCommand("restartServer");
  if (choice === log) await runCommand("showLog");
}

function namesOf<T extends object>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table).filter((name): name is keyof T & string => name in table);
}

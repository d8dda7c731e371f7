import { commands, env, window } from "vscode";
import type { LogOutputChannel } from "vscode";
import { commandId, commandTitles } from "../../protocol/commands.ts";
import type { CommandName } from "../../protocol/commands.ts";
import { statusView } from "../statusView.ts";
import { NotRunning } from "../session.ts";
import type { Session } from "../session.ts";
import type { Disposable } from "../store.ts";

export interface CommandDeps {
  readonly session: Session;
  readonly log: LogOutputChannel;
  openPanel(): void;
}

type Run = (deps: CommandDeps) => void | Promise<void>;

/** Every command is there from the start: one that cannot run says why. */
const runs: Partial<Record<CommandName, Run>> = {
  openPanel: ({ openPanel }) => {
    openPanel();
  },
  restartServer: ({ session }) => session.restart(),
  showLog: ({ log }) => {
    log.show();
  },
  copyEndpoint: async ({ session }) => {
    const endpoint = session.endpoint.get();
    if (!endpoint) throw new NotRunning(statusView(session.status.get()).tooltip);
    await env.clipboard.writeText(endpoint.url);
  },
};

export function registerCommands(deps: CommandDeps): Disposable[] {
  return Object.keys(commandTitles)
    .filter((name): name is CommandName => name in commandTitles)
    .map((name) =>
      commands.registerCommand(commandId(name), async () => {
        try {
          await runs[name]?.(deps);
        } catch (error) {
          void window.showErrorMessage(error instanceof Error ? error.message : String(error));
        }
      }),
    );
}

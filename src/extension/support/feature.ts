import { commands } from "vscode";
import { commandId } from "../../protocol/commands.ts";
import type { CommandName } from "../../protocol/commands.ts";
import type { Disposable } from "./store.ts";

/** What a command does; what it gets comes from whoever ran it: of a view, its item and all that are selected. */
export type Command = (argument?: unknown, selection?: unknown) => void | Promise<void>;

/** What a feature adds to the window. */
export interface Feature<Name extends CommandName = never> {
  readonly disposables: readonly Disposable[];
  readonly commands: Readonly<Record<Name, Command>>;
}

export async function runCommand(name: CommandName, ...args: readonly unknown[]): Promise<void> {
  await commands.executeCommand(commandId(name), ...args);
}

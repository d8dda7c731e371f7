import { commandTitles } from "../protocol/commands.ts";
import type { PanelCommand } from "../protocol/panel.ts";
import { send } from "./slices.ts";

interface ActionProps {
  readonly command: PanelCommand;
  readonly primary?: boolean;
}

/** A command as a button, with its title in the palette. */
export function Action({ command, primary = false }: ActionProps) {
  return (
    <vscode-button
      {...(!primary && { secondary: true })}
      onClick={() => {
        send({ type: "command", command });
      }}
    >
      {commandTitles[command]}
    </vscode-button>
  );
}

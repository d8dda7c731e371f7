import { useEffect, useState } from "react";
import { commandTitles } from "../protocol/commands.ts";
import type { PanelCommand, PanelState } from "../protocol/panel.ts";
import type { LinkState, WindowStatus } from "../protocol/status.ts";
import { ActivityList } from "./activity.tsx";
import { Connection } from "./connection.tsx";
import { Cost } from "./cost.tsx";
import { onState, send } from "./host.ts";

export function App() {
  const [state, setState] = useState<PanelState>();
  const now = useNow();
  useEffect(() => {
    const stop = onState(setState);
    send({ type: "ready" });
    return stop;
  }, []);
  if (!state) return <p className="empty">Loading…</p>;
  const { workspace, status, advice, activities, cost, period } = state;
  return (
    <main>
      <header>
        <h1>Langflow Connect</h1>
        <p className="workspace">{workspace}</p>
      </header>
      <Actions status={status} />
      {advice !== undefined && (
        <p className="note" role="status">
          {advice}
        </p>
      )}
      <Connection status={status} now={now} />
      <ActivityList activities={activities} />
      {status.server.state === "running" && <Cost cost={cost} period={period} />}
    </main>
  );
}

function Actions({ status }: { readonly status: WindowStatus }) {
  const [first, ...others] = commandsFor(status);
  return (
    <div className="actions" role="toolbar" aria-label="Actions">
      {first && <Action command={first} primary />}
      {others.map((command) => (
        <Action key={command} command={command} />
      ))}
    </div>
  );
}

function Action({ command, primary = false }: { readonly command: PanelCommand; readonly primary?: boolean }) {
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

/** What is useful now, the most useful first. */
function commandsFor({ server, link }: WindowStatus): readonly PanelCommand[] {
  switch (server.state) {
    case "off":
    case "starting":
    case "restarting":
      return ["showLog"];
    case "stopped":
      return ["restartServer", "showLog"];
    case "running":
      return linkCommands[link.state];
  }
}

const connected = [
  "runFlow",
  "pushAnalysisFlow",
  "openFlow",
  "analyzeWorkspace",
  "copyEndpoint",
  "disconnectLangflow",
] as const;
const lost = ["connectLangflow", "analyzeWorkspace", "copyEndpoint", "disconnectLangflow", "showLog"] as const;
const linkCommands: Readonly<Record<LinkState, readonly PanelCommand[]>> = {
  off: ["connectLangflow", "analyzeWorkspace", "copyEndpoint", "showLog"],
  connecting: lost,
  connected,
  slow: connected,
  reconnecting: lost,
  failed: lost,
};

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}

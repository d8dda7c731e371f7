import { useEffect } from "react";
import type { PanelCommand } from "../protocol/panel.ts";
import type { LinkState, ServerState } from "../protocol/status.ts";
import { ActivityList } from "./activity.tsx";
import { Alerts } from "./alerts.tsx";
import { Action } from "./action.tsx";
import { Connection } from "./connection.tsx";
import { Cost } from "./cost.tsx";
import { Health } from "./health.tsx";
import { Memories } from "./memories.tsx";
import { send, useSlice } from "./slices.ts";

export function App() {
  const shown = useSlice("window");
  useEffect(() => {
    send({ type: "ready" });
  }, []);
  if (!shown) return <p className="empty">Loading…</p>;
  const { workspace, server, advice } = shown;
  return (
    <main>
      <header>
        <h1>Langflow Connect</h1>
        <p className="workspace">{workspace}</p>
      </header>
      <Actions server={server} />
      {advice !== undefined && (
        <p className="note" role="status">
          {advice}
        </p>
      )}
      <Alerts />
      <Connection />
      {server.state === "running" && (
        <>
          <Cost />
          <Health />
        </>
      )}
      <ActivityList />
      {server.state === "running" && <Memories />}
    </main>
  );
}

function Actions({ server }: { readonly server: ServerState }) {
  const link = useSlice("link");
  const [first, ...others] = commandsFor(server, link?.state ?? "off");
  return (
    <div className="actions" role="toolbar" aria-label="Actions">
      {first && <Action command={first} primary />}
      {others.map((command) => (
        <Action key={command} command={command} />
      ))}
    </div>
  );
}

/** What is useful now, the most useful first. */
function commandsFor(server: ServerState, link: LinkState): readonly PanelCommand[] {
  switch (server.state) {
    case "off":
    case "starting":
    case "restarting":
      return ["showLog"];
    case "stopped":
      return ["restartServer", "showLog"];
    case "running":
      return linkCommands[link];
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

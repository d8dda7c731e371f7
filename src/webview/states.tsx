import type { LinkState, LinkStatus, ServerState } from "../protocol/status.ts";

const serverWords: Readonly<Record<ServerState["state"], string>> = {
  off: "Not started",
  starting: "Starting",
  running: "Running",
  restarting: "Restarting",
  stopped: "Stopped",
};

const linkWords: Readonly<Record<LinkState, string>> = {
  off: "Not connected",
  connecting: "Connecting",
  connected: "Connected",
  slow: "Slow",
  reconnecting: "Reconnecting",
  failed: "Failed",
};

export function ServerWord({ server }: { readonly server: ServerState }) {
  return <State kind={serverKind(server)} text={serverWords[server.state]} />;
}

export function LinkWord({ link }: { readonly link: LinkStatus }) {
  const { state, version } = link;
  const text = version === undefined ? linkWords[state] : `${linkWords[state]}, version ${version}`;
  return <State kind={linkKind(link)} text={text} />;
}

/** What is wrong with the link, and what to do. */
export function LinkProblems({ link }: { readonly link: LinkStatus }) {
  const texts = [
    ...(link.problem ? [`${link.problem.message} ${link.problem.remedy}`] : []),
    ...(link.registration?.problem === undefined ? [] : [link.registration.problem]),
    ...link.warnings,
  ];
  return texts.map((text) => (
    <p className="note" key={text} role="status">
      {text}
    </p>
  ));
}

type Kind = "good" | "busy" | "bad" | "idle";

/** The word says it; the dot only repeats it. */
function State({ kind, text }: { readonly kind: Kind; readonly text: string }) {
  return (
    <span className={`state ${kind}`}>
      <span className="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

function serverKind({ state }: ServerState): Kind {
  if (state === "running") return "good";
  return state === "stopped" ? "bad" : state === "off" ? "idle" : "busy";
}

function linkKind({ state }: LinkStatus): Kind {
  if (state === "connected") return "good";
  return state === "failed" ? "bad" : state === "off" ? "idle" : "busy";
}

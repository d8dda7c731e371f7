import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { linkOff } from "../protocol/topics.ts";
import type { LinkState, LinkStatus, ServerState } from "../protocol/status.ts";
import { ago, duration, elapsed, percent } from "../protocol/format.ts";
import { useSlice } from "./slices.ts";

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

const registrationWords = {
  verified: "Verified by Langflow",
  unreachable: "Langflow cannot reach the endpoint",
  missing: "Not registered",
} as const;

/** Server, endpoint and link as names and values. */
export function Connection() {
  const shown = useSlice("window");
  const link = useSlice("link") ?? linkOff;
  const now = useNow();
  if (!shown) return null;
  const { server, endpoint } = shown;
  return (
    <section aria-labelledby="connection">
      <h2 id="connection">Connection</h2>
      <Problem link={link} />
      <dl className="facts">
        <Fact name="Server">
          <State kind={serverKind(server)} text={serverWords[server.state]} />
        </Fact>
        {endpoint && (
          <>
            <Fact name="MCP endpoint">
              <code>{endpoint.url}</code>
            </Fact>
            <Fact name="Tools">{endpoint.tools}</Fact>
            <Fact name="Server uptime">{elapsed(now - Date.parse(endpoint.startedAt))}</Fact>
          </>
        )}
        <Fact name="Langflow">
          <State kind={linkKind(link)} text={linkText(link)} />
        </Fact>
        {link.url !== undefined && (
          <Fact name="Langflow address">
            <code>{link.url}</code>
          </Fact>
        )}
        {link.latencyMs !== undefined && <Fact name="Latency">{duration(link.latencyMs)}</Fact>}
        {link.lastHeartbeat !== undefined && <Fact name="Last heartbeat">{ago(link.lastHeartbeat, now)}</Fact>}
        {link.errorRate !== undefined && <Fact name="Error rate">{percent(link.errorRate)}</Fact>}
        {link.connectedSince !== undefined && (
          <Fact name="Connected for">{elapsed(now - Date.parse(link.connectedSince))}</Fact>
        )}
        {link.registration && (
          <Fact name="Registered as">
            <code>{link.registration.name}</code> {registrationWords[link.registration.state]}
            {link.registration.tools !== undefined && `, ${String(link.registration.tools)} tools`}
          </Fact>
        )}
        {endpoint?.owner === false && <Fact name="Registration">Kept by another window on the same folders</Fact>}
      </dl>
    </section>
  );
}

function Problem({ link }: { readonly link: LinkStatus }) {
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

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
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

function linkText({ state, version }: LinkStatus): string {
  return version === undefined ? linkWords[state] : `${linkWords[state]}, version ${version}`;
}

/** The time, each second: uptimes and the age of the heartbeat go on between messages. */
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

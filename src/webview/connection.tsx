import { useEffect, useState } from "react";
import { linkOff } from "../protocol/topics.ts";
import { ago, duration, elapsed, percent } from "../protocol/format.ts";
import { Fact } from "./facts.tsx";
import { SectionHead } from "./sectionHead.tsx";
import { useSlice } from "./slices.ts";
import { LinkProblems, LinkWord, ServerWord } from "./states.tsx";

const registrationWords = {
  verified: "Verified by Langflow",
  unreachable: "Langflow cannot reach the endpoint",
  missing: "Not registered",
  unchecked: "Not checked yet by Langflow",
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
      <SectionHead id="connection" title="Connection" settings="connection" />
      <LinkProblems link={link} />
      <dl className="facts">
        <Fact name="Server">
          <ServerWord server={server} />
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
          <LinkWord link={link} />
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

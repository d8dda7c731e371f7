import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { clockOrDay, duration, knownCost, money, percent } from "../protocol/format.ts";
import type { OverviewFacts } from "../protocol/panel.ts";
import type { Activity, LinkState, ServerState } from "../protocol/status.ts";
import { linkOff } from "../protocol/topics.ts";
import { Action } from "./action.tsx";
import { AlertItems } from "./alerts.tsx";
import { Budgets, nearestBudget } from "./budgets.tsx";
import { Fact } from "./facts.tsx";
import { closedSections, keepClosedSections, send, useCurrency, useSlice } from "./slices.ts";
import { LinkProblems, LinkWord } from "./states.tsx";

/** What matters most, in the side bar. */
export function Overview() {
  const shown = useSlice("window");
  const facts = useSlice("overview") ?? ({ state: "loading" } as const);
  useEffect(() => {
    send({ type: "ready" });
  }, []);
  if (!shown) return <p className="empty">Loading…</p>;
  const { server, advice } = shown;
  return (
    <main>
      <h1 className="unseen">Langflow overview</h1>
      {advice !== undefined && (
        <p className={server.state === "stopped" ? "note" : "empty"} role="status">
          {advice}
        </p>
      )}
      <Buttons server={server} />
      {server.state === "running" && (
        <>
          <Part name="langflow" title="Langflow">
            <Link />
          </Part>
          <Part name="cost" title="Cost today">
            <Cost facts={facts} />
          </Part>
          <Part name="alerts" title="Alerts">
            <AlertsInForce />
          </Part>
          <Part name="last" title="Last calls and runs">
            <Last />
          </Part>
        </>
      )}
    </main>
  );
}

function Link() {
  const link = useSlice("link") ?? linkOff;
  const { url, latencyMs, errorRate } = link;
  return (
    <>
      <LinkProblems link={link} />
      <dl className="plain">
        <Fact name="State">
          <LinkWord link={link} />
        </Fact>
        {url !== undefined && (
          <Fact name="Address">
            <code>{url}</code>
          </Fact>
        )}
        {latencyMs !== undefined && <Fact name="Latency">{duration(latencyMs)}</Fact>}
        {errorRate !== undefined && <Fact name="Error rate">{percent(errorRate)}</Fact>}
      </dl>
    </>
  );
}

function Buttons({ server }: { readonly server: ServerState }) {
  const link: LinkState = useSlice("link")?.state ?? "off";
  const needsLink = server.state === "running" && link !== "connected" && link !== "slow";
  return (
    <div className="actions">
      {server.state === "off" && server.reason === "untrusted" && (
        <WindowButton action="trust" text="Manage workspace trust" />
      )}
      {server.state === "off" && server.reason !== "untrusted" && (
        <WindowButton action="openFolder" text="Open folder" />
      )}
      {server.state === "stopped" && <Action command="restartServer" primary />}
      {needsLink && <Action command="connectLangflow" primary />}
      <Action command="openPanel" />
      {server.state === "stopped" && <Action command="showLog" />}
    </div>
  );
}

function WindowButton({ action, text }: { readonly action: "trust" | "openFolder"; readonly text: string }) {
  return (
    <vscode-button
      onClick={() => {
        send({ type: "window", action });
      }}
    >
      {text}
    </vscode-button>
  );
}

interface PartProps {
  readonly name: string;
  readonly title: string;
  readonly children: ReactNode;
}

/** Can be closed, and stays closed over a reload of the window. */
function Part({ name, title, children }: PartProps) {
  const [isOpen, setOpen] = useState(() => !closedSections().includes(name));
  return (
    <details
      className="part"
      open={isOpen}
      onToggle={({ currentTarget: { open } }) => {
        setOpen(open);
        const others = closedSections().filter((each) => each !== name);
        keepClosedSections(open ? others : [...others, name]);
      }}
    >
      <summary>
        <h2>{title}</h2>
      </summary>
      {children}
    </details>
  );
}

function Cost({ facts }: { readonly facts: OverviewFacts }) {
  const currency = useCurrency();
  switch (facts.state) {
    case "loading":
      return <p className="empty">Adding up…</p>;
    case "failed":
      return (
        <p className="note" role="status">
          {facts.message}
        </p>
      );
    case "ready": {
      const { today, budgets } = facts;
      const nearest = nearestBudget(budgets);
      return (
        <>
          <dl className="plain">
            <Fact name="Flow runs today">
              {knownCost(
                today.rows.map(({ cost }) => cost),
                currency,
              )}
            </Fact>
          </dl>
          {nearest === undefined ? (
            <p className="empty">No budgets.</p>
          ) : (
            <>
              <h3>{budgets.length === 1 ? "Budget" : "Budget nearest to its limit"}</h3>
              <Budgets budgets={[nearest]} />
            </>
          )}
        </>
      );
    }
  }
}

function AlertsInForce() {
  const alerts = (useSlice("alerts") ?? []).filter(({ resolvedAt }) => resolvedAt === undefined);
  return alerts.length === 0 ? <p className="empty">None in force.</p> : <AlertItems alerts={alerts} />;
}

const none: readonly Activity[] = [];

function Last() {
  const activities = useSlice("activities") ?? none;
  const currency = useCurrency();
  if (activities.length === 0) return <p className="empty">No calls or runs yet.</p>;
  return (
    <ul className="lines">
      {activities.map(({ id, kind, name, startedAt, durationMs, outcome, cost }) => (
        <li key={id}>
          <code>{name}</code>
          {kind === "run" && " (flow)"} <span className={outcome === "ok" ? "" : "failed"}>{outcome}</span>,{" "}
          {clockOrDay(startedAt, new Date())}, {duration(durationMs)}
          {cost !== undefined && `, ${money(cost, currency)}`}
        </li>
      ))}
    </ul>
  );
}

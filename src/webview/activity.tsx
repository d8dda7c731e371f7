import type { Activity } from "../protocol/status.ts";
import { clockOrDay, count, duration } from "../protocol/format.ts";
import { useSlice } from "./slices.ts";

const shown = 50;

/** Tool calls and flow runs as they end, newest first. */
export function ActivityList() {
  const activities = useSlice("activities") ?? [];
  return (
    <section aria-labelledby="activity">
      <h2 id="activity">Live tool calls</h2>
      {activities.length === 0 ? (
        <p className="empty">No calls yet. They appear here as Langflow or another client makes them.</p>
      ) : (
        <div className="scroll" tabIndex={0} role="region" aria-label="Table of live tool calls">
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Call</th>
                <th scope="col">Client</th>
                <th scope="col" className="number">
                  Took
                </th>
                <th scope="col" className="number">
                  Tokens in
                </th>
                <th scope="col" className="number">
                  Tokens out
                </th>
                <th scope="col">Outcome</th>
              </tr>
            </thead>
            <tbody>{activities.slice(0, shown).map(row)}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function row({ id, kind, name, client, startedAt, durationMs, outcome, inputTokens, outputTokens }: Activity) {
  return (
    <tr key={id}>
      <td>{clockOrDay(startedAt, new Date())}</td>
      <td>
        <code>{name}</code>
        {kind === "run" && " (flow)"}
      </td>
      <td>{client}</td>
      <td className="number">{duration(durationMs)}</td>
      <td className="number">{count(inputTokens)}</td>
      <td className="number">{count(outputTokens)}</td>
      <td className={outcome === "ok" ? "" : "failed"}>{outcome}</td>
    </tr>
  );
}

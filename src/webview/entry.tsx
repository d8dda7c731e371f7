import type { Activity } from "../protocol/status.ts";
import { count, duration, localTime, money, percent } from "../protocol/format.ts";
import type { LedgerEntry } from "../protocol/ledger.ts";
import { Fact } from "./facts.tsx";
import { useCurrency, useSlice } from "./slices.ts";

/** As many files as are worth reading; the whole list is in the cost report by file. */
const shownFiles = 10;

/** All that the server knows of one call or run. */
export function Entry({ activity }: { readonly activity: Activity }) {
  const asked = useSlice("entry");
  const facts = asked?.id === activity.id ? asked.facts : ({ state: "loading" } as const);
  return (
    <div className="entry">
      {facts.state === "loading" && <p className="empty">Reading…</p>}
      {facts.state === "failed" && (
        <p className="note" role="status">
          {facts.message}
        </p>
      )}
      {facts.state === "ready" && <Known entry={facts.entry} />}
    </div>
  );
}

function Known({ entry }: { readonly entry: LedgerEntry }) {
  const currency = useCurrency();
  const { kind, name, client, startedAt, durationMs, outcome, inputTokens, outputTokens, cost } = entry;
  const { id, workspace, branch, commit, face, runId, server, unreported, models = [], files, problem } = entry;
  return (
    <>
      {problem !== undefined && <p className="note">{problem}</p>}
      <dl className="facts">
        <Fact name={kind === "run" ? "Flow" : "Tool"}>
          <code>{name}</code>
        </Fact>
        <Fact name="Client">{face === undefined ? client : `${client}, by ${face}`}</Fact>
        <Fact name="Started">
          <time dateTime={startedAt}>{localTime(startedAt)}</time>
        </Fact>
        <Fact name="Took">{duration(durationMs)}</Fact>
        <Fact name="Outcome">{outcome}</Fact>
        <Fact name="Tokens in">{count(inputTokens)}</Fact>
        <Fact name="Tokens out">{count(outputTokens)}</Fact>
        <Fact name="Cost">{kind === "run" && cost === undefined ? "unknown" : money(cost, currency)}</Fact>
        {unreported !== undefined && <Fact name="Usage not known">{unreported}</Fact>}
        {workspace !== "" && <Fact name="Workspace">{workspace}</Fact>}
        {branch !== undefined && <Fact name="Branch">{branch}</Fact>}
        {commit !== undefined && (
          <Fact name="Commit">
            <code>{commit.slice(0, 12)}</code>
          </Fact>
        )}
        {server !== undefined && (
          <Fact name="Langflow address">
            <code>{server}</code>
          </Fact>
        )}
        {runId !== undefined && (
          <Fact name="Part of flow run">
            <code>{runId}</code>
          </Fact>
        )}
        <Fact name="Id">
          <code>{id}</code>
        </Fact>
      </dl>
      {models.length > 0 && (
        <>
          <h3>Models</h3>
          <ul className="lines">
            {models.map((used) => (
              <li key={`${used.model} ${used.component}`}>
                <code>{used.model}</code>
                {used.component !== "" && ` in ${used.component}`}: {count(used.inputTokens)} tokens in,{" "}
                {count(used.outputTokens)} out, {used.cost === null ? "cost unknown" : money(used.cost, currency)}
              </li>
            ))}
          </ul>
        </>
      )}
      {files.length > 0 && (
        <>
          <h3>Files</h3>
          <ul className="lines">
            {files.slice(0, shownFiles).map(({ path, share }) => (
              <li key={path}>
                <code>{path}</code> {percent(share)}
              </li>
            ))}
            {files.length > shownFiles && <li>and {count(files.length - shownFiles)} more</li>}
          </ul>
        </>
      )}
    </>
  );
}

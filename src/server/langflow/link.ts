import type { LinkStatus } from "../../protocol/status.ts";
import type { FlowRunRecord } from "../platform/call.ts";
import { ToolError } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import { langflowAddress } from "./client/address.ts";
import { createFlows } from "./client/flows.ts";
import { listTraces } from "./client/traces.ts";
import { createConnection } from "./connection.ts";
import type { ConnectedLink, LinkTimings } from "./connection.ts";
import { findFlow } from "./flowLookup.ts";
import type { LinkStore } from "./linkStore.ts";
import { diffFlow, pullFlow } from "./pull.ts";
import { flowFacts, pushTemplate } from "./push.ts";
import type { ToolRecorder } from "./recorder.ts";
import type { WorkspaceIdentity } from "./registration.ts";
import { unregister } from "./registration.ts";
import { runFlow } from "./runFlow.ts";
import type { Endpoint, LangflowLink } from "./types.ts";

export interface LinkDeps {
  readonly workspace: WorkspaceIdentity;
  /** Undefined while nothing listens. */
  endpoint(): Endpoint | undefined;
  readonly store: LinkStore;
  readonly recorder: ToolRecorder;
  readonly log: Logger;
  /** One ledger row for every run. */
  recordRun(run: FlowRunRecord): Promise<void>;
  /** After a disconnect the token that Langflow had is worth nothing. */
  rotateToken?(): Promise<void>;
  readonly timings?: Partial<LinkTimings>;
  now?(): Date;
}

export function createLangflowLink(deps: LinkDeps): LangflowLink {
  const { store, log, recorder, workspace, now = () => new Date() } = deps;
  const connection = createConnection({ ...deps, now, connected: remember });

  /** Flows and name belong to one Langflow: another address starts without them. */
  async function remember({ url, keyFile, serverName }: ConnectedLink): Promise<void> {
    const kept = await store.read();
    const known = kept?.url === url ? kept : undefined;
    const name = serverName === "" ? known?.serverName : serverName;
    await store.write({
      url,
      flows: known?.flows ?? {},
      ...(keyFile !== undefined && { keyFile }),
      ...(name !== undefined && { serverName: name }),
    });
  }

  async function rememberFlow(template: string, id: string): Promise<void> {
    const kept = await store.read();
    if (kept) await store.write({ ...kept, flows: { ...kept.flows, [template]: id } });
  }

  /** Our entry in the Langflow that is connected; gives why it is still there when it could not be removed. */
  async function removeEntry(name: string | undefined): Promise<unknown> {
    if (name === undefined) return undefined;
    const open = connection.tryUse();
    if (!open) return new Error("no link");
    const signal = AbortSignal.timeout(10_000);
    return unregister({ http: open.http, workspace, keptName: name, signal }).catch((error: unknown) => error);
  }

  /** One link for each workspace: the Langflow of before loses its entry, and the token that it knows is worth nothing. */
  async function leavePrevious(url: string): Promise<void> {
    const kept = await store.read();
    if (kept === undefined || kept.url === url || deps.endpoint()?.owner === false) return;
    const leftover = await removeEntry(kept.serverName);
    if (leftover !== undefined) log.warn("langflow.leave", { url: kept.url, ...describeError(leftover) });
    await connection.close();
    await deps.rotateToken?.();
  }

  return {
    status: connection.status,
    onStatus: connection.onStatus,
    endpointChanged: connection.endpointChanged,
    async connect(options) {
      await leavePrevious(langflowAddress(options.url));
      return connection.connect(options);
    },
    async remembered() {
      const link = await store.read();
      return link && { url: link.url, ...(link.keyFile !== undefined && { keyFile: link.keyFile }) };
    },
    async disconnect() {
      if (deps.endpoint()?.owner === false) {
        await connection.close();
        return { removed: false };
      }
      const kept = await store.read();
      const leftover = await removeEntry(kept?.serverName);
      await connection.close();
      await store.clear();
      await deps.rotateToken?.();
      if (leftover === undefined) return { removed: true };
      log.warn("langflow.disconnect", describeError(leftover));
      throw new ToolError(
        "NOT_READY",
        `The link is off, but Langflow did not answer, and its MCP server ${kept?.serverName ?? ""} is still there.`,
        "Remove it in Langflow under Settings > MCP Servers; its token is not valid any more.",
      );
    },
    async flows(signal) {
      const { http } = await connection.use();
      return (await createFlows(http).list(signal)).map((flow) => flowFacts(http.base, flow));
    },
    async push(template, { overwrite, signal }) {
      const open = registered(await connection.use(), connection.status());
      const kept = await store.read();
      const knownId = kept?.flows[template];
      const pushed = await pushTemplate({ template, overwrite, knownId }, { ...open, signal });
      await rememberFlow(template, pushed.id);
      return pushed;
    },
    async run(name, options) {
      const { http, serverName } = await connection.use();
      const flow = await findFlow(http, { flow: name, serverName, signal: options.signal });
      options.progress(`Running "${flow.name}" in Langflow`);
      const traceAttempts = connection.timings.traceAttempts;
      return runFlow(flow, options, { http, recorder, record: deps.recordRun, now, traceAttempts });
    },
    async pull(name, signal) {
      const { http, serverName } = await connection.use();
      return pullFlow(http, (await findFlow(http, { flow: name, serverName, signal })).id, signal);
    },
    async diff(template, signal) {
      const kept = await store.read();
      return diffFlow({ template, knownId: kept?.flows[template] }, { ...(await connection.use()), signal });
    },
    async traces(name, signal) {
      const { http, serverName } = await connection.use();
      const flow = await findFlow(http, { flow: name, serverName, signal });
      const traces = await listTraces(http, flow.id, signal);
      if (traces) return traces.map(({ sessionId: _session, ...trace }) => trace);
      throw new ToolError(
        "NOT_READY",
        "This version of Langflow has no traces.",
        "Update Langflow to 1.12 or newer to see them.",
      );
    },
    dispose: connection.close,
  };
}

/** A flow calls our tools by the server's name in Langflow: without one it could not run. */
function registered<Open extends { readonly serverName: string }>(open: Open, status: LinkStatus): Open {
  if (open.serverName !== "") return open;
  throw new ToolError(
    "NOT_READY",
    "This workspace is not registered in Langflow.",
    status.registration?.problem ?? status.warnings[0] ?? "Connect to Langflow again.",
  );
}

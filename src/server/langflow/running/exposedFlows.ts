import { exposedFlow } from "../../flows/exposedFlow.ts";
import type { ExposedFlow } from "../../flows/exposedFlow.ts";
import { inParallel } from "../../platform/inParallel.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { createFlows } from "../client/flows.ts";
import type { FlowHeader } from "../client/flows.ts";
import type { LangflowHttp } from "../client/http.ts";
import type { Connection } from "../connection.ts";
import { whileConnected } from "../whileConnected.ts";

/** The flows that somebody has exposed in Langflow, under "MCP Server" of their project. */
export interface ExposedFlows {
  /** Who offers tools looks for them from now on; a short command has no use for it. */
  follow(): { dispose(): void };
  onChange(listener: (flows: readonly ExposedFlow[]) => void): void;
}

export interface ExposedFlowsDeps {
  readonly connection: Pick<Connection, "tryUse" | "onStatus">;
  readonly log: Logger;
}

const everyMs = 30_000;
const requestMs = 30_000;

export function createExposedFlows({ connection, log }: ExposedFlowsDeps): ExposedFlows {
  const listeners = new Set<(flows: readonly ExposedFlow[]) => void>();
  let flows: readonly ExposedFlow[] = [];
  let server: string | undefined;
  /** By id, with the state of the flow that it was read of. */
  let known = new Map<string, { readonly state: string; readonly flow: ExposedFlow }>();
  let reading: Promise<void> | undefined;

  function set(next: readonly ExposedFlow[]): void {
    if (JSON.stringify(next) === JSON.stringify(flows)) return;
    flows = next;
    for (const listener of listeners) listener(flows);
  }

  async function read(): Promise<void> {
    const http = connection.tryUse()?.http;
    if (!http) return;
    if (http.base !== server) known = new Map();
    server = http.base;
    const signal = AbortSignal.timeout(requestMs);
    const headers = (await createFlows(http).list(signal)).filter((header) => header.mcp_enabled === true);
    const read = await inParallel(headers, async (header) => {
      const { name, description, action_name: action, action_description: purpose, updated_at: at } = header;
      const state = JSON.stringify([name, description, action, purpose, at]);
      const before = known.get(header.id);
      const isSame = before?.state === state && at !== undefined;
      // One that cannot be read hides no other.
      const flow = isSame ? before.flow : await readFlow(http, header, signal).catch(logged);
      return flow && ([header.id, { state, flow }] as const);
    });
    // The link may have left meanwhile.
    if (connection.tryUse()?.http !== http) return;
    known = new Map(read.filter((one) => one !== undefined));
    set([...known.values()].map(({ flow }) => flow));
  }

  function logged(error: unknown): undefined {
    log.warn("langflow.exposedFlows", describeError(error));
  }

  async function refresh(): Promise<void> {
    reading ??= read()
      .catch(logged)
      .finally(() => (reading = undefined));
    await reading;
  }

  return {
    onChange: (listener) => void listeners.add(listener),
    follow() {
      const watching = whileConnected(connection, everyMs, () => void refresh());
      const status = connection.onStatus(({ state }) => {
        // While it comes back, clients keep their list: a call says that Langflow is not connected.
        if (state === "off") set([]);
      });
      return {
        dispose() {
          watching.dispose();
          status.dispose();
        },
      };
    },
  };
}

/** Undefined when it was deleted meanwhile. */
async function readFlow(http: LangflowHttp, header: FlowHeader, signal: AbortSignal) {
  const flow = await createFlows(http).get(header.id, signal);
  return flow && exposedFlow({ ...header, nodes: flow.data?.nodes ?? [], edges: flow.data?.edges ?? [] });
}

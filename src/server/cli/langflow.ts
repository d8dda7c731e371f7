import path from "node:path";
import { z } from "zod";
import { dataFiles } from "../platform/dataFolder.ts";
import { createLinkStore } from "../langflow/linkStore.ts";
import type { LinkStatus } from "../../protocol/status.ts";
import type { Disconnected, FlowDiff, FlowFacts, PushResult, RunResult, TraceFacts } from "../langflow/types.ts";
import type { EndpointEntry } from "../endpoint/entries.ts";
import { openRoots, rootsHash } from "../workspace/paths/roots.ts";
import { UsageError, dataOf, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { describeLink, describeRun } from "./report.ts";
import { callControl, findRunning } from "./running.ts";

const options = {
  ...shared,
  url: { type: "string" },
  "key-file": { type: "string" },
  overwrite: { type: "boolean", default: false },
} as const;

const usage =
  "langflow connect|status|list|push TEMPLATE [--overwrite]|run FLOW|pull FLOW|diff TEMPLATE|traces FLOW|disconnect";

interface Values {
  readonly url?: string | undefined;
  readonly "key-file"?: string | undefined;
  readonly overwrite: boolean;
}

/** A subcommand: what the server is asked, and how its answer reads. The answers come from our own server. */
interface Subcommand {
  /** Name of the one positional argument. */
  readonly argument?: string;
  params?(argument: string, values: Values): Readonly<Record<string, unknown>>;
  show(answer: never): string;
}

const flow = (argument: string) => ({ flow: argument });

const subcommands: Readonly<Record<string, Subcommand>> = {
  connect: {
    params(_none, { url, "key-file": keyFile }) {
      if (url === undefined) throw new UsageError("Give the address of Langflow: --url http://127.0.0.1:7860.");
      return { url, ...(keyFile !== undefined && { keyFile: path.resolve(keyFile) }) };
    },
    show: (status: LinkStatus) => describeLink(status),
  },
  status: { show: (status: LinkStatus) => describeLink(status) },
  list: { show: (flows: readonly FlowFacts[]) => flows.map(describeFlow).join("\n") || "No flows." },
  push: {
    argument: "TEMPLATE",
    params: (template, { overwrite }) => ({ template, overwrite }),
    show: (pushed: PushResult) => `${pushed.result}: ${pushed.name}\n${pushed.url}`,
  },
  run: { argument: "FLOW", params: flow, show: (run: RunResult) => describeRun(run) },
  pull: { argument: "FLOW", params: flow, show: (json: object) => JSON.stringify(json, null, 2) },
  diff: { argument: "TEMPLATE", params: flow, show: (diff: FlowDiff) => describeDiff(diff) },
  traces: {
    argument: "FLOW",
    params: flow,
    show: (traces: readonly TraceFacts[]) => traces.map(describeTrace).join("\n") || "No traces.",
  },
  disconnect: {
    show: ({ removed }: Disconnected) =>
      removed
        ? "Disconnected. Its MCP server of this workspace is gone from Langflow and the token is new; flows stay there."
        : "Disconnected here. Another server of these folders holds the registration in Langflow.",
  },
};

/** Asks the running server of the workspace, which holds the link. */
export async function langflow(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  const [name = "", argument] = positionals;
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (!subcommand) throw new UsageError(`Use: ${usage}`);
  expectPositionals(positionals, subcommand.argument === undefined ? 1 : 2);
  if (subcommand.argument !== undefined && argument === undefined) {
    throw new UsageError(`Give the ${subcommand.argument}: langflow ${name} ${subcommand.argument}`);
  }
  const params = subcommand.params?.(argument ?? "", values) ?? {};
  const server = await findRunning(values.workspace, dataOf(values));
  if (!server && name === "status") return showRemembered(values);
  if (!server) throw new UsageError("No server is running for this folder: start `serve` first.");
  const answer = await ask(server, { method: name, params });
  print(values.json ? JSON.stringify(answer) : show(subcommand, answer));
  return name === "status" && isDown(answer) ? 1 : 0;
}

function ask(server: EndpointEntry, request: { method: string; params: Readonly<Record<string, unknown>> }) {
  return callControl(server, { ...request, signal: stopSignal().signal, progress: note });
}

/** Both ends are of this package: the answer has the type that the subcommand names. */
function show(subcommand: Subcommand, answer: unknown): string {
  const render: (answer: never) => string = subcommand.show;
  return String(Reflect.apply(render, undefined, [answer]));
}

async function showRemembered(values: { workspace: readonly string[]; data?: string | undefined; json: boolean }) {
  const hash = rootsHash(await openRoots(values.workspace));
  const link = await createLinkStore(dataFiles(dataOf(values), hash).link).read();
  const status: LinkStatus = { state: "off", warnings: [], ...(link && { url: link.url }) };
  note("No server is running for this folder.");
  print(values.json ? JSON.stringify(status) : describeLink(status));
  return 1;
}

function isDown(answer: unknown): boolean {
  const status = z.object({ state: z.string() }).safeParse(answer);
  return !status.success || !["connected", "slow"].includes(status.data.state);
}

function describeFlow({ id, name, url, template }: FlowFacts): string {
  return `${id}  ${name}${template === undefined ? "" : ` (${template})`}\n  ${url}`;
}

function describeDiff({ flow: { name, url }, fields, structure }: FlowDiff): string {
  const lines = [...structure, ...fields];
  if (lines.length === 0) return `${name} is as a push would write it.`;
  return [`${name} (${url}), template → Langflow:`, ...lines].join("\n");
}

function describeTrace({ startedAt, status, latencyMs, tokens, id }: TraceFacts): string {
  return `${startedAt}  ${status.padEnd(8)}${String(latencyMs).padStart(7)} ms${String(tokens).padStart(8)} tokens  ${id}`;
}

import { createTracing } from "../../src/server/platform/tracing.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { LinkState, LinkStatus } from "../../src/protocol/status.ts";
import type { FlowRunRecord } from "../../src/server/platform/call.ts";
import type { LinkTimings } from "../../src/server/langflow/connection.ts";
import { createLangflow } from "../../src/server/langflow/langflow.ts";
import type { Langflow, LangflowDeps } from "../../src/server/langflow/langflow.ts";
import type { StoredLink } from "../../src/server/langflow/linkStore.ts";
import { createToolRecorder } from "../../src/server/langflow/recorder.ts";
import { noHead } from "../../src/server/platform/gitHead.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import { defineTool } from "../../src/server/tools/runner/defineTool.ts";
import { serveTools } from "../support/inProcess.ts";
import type { InProcessServer } from "../support/inProcess.ts";

export interface TestLink extends Pick<Langflow, "link" | "flows" | "runs" | "flowFiles"> {
  readonly tools: SlowTools;
  readonly recordedRuns: readonly FlowRunRecord[];
  /** Every state in the order it was shown, repeats left out. */
  readonly states: readonly LinkState[];
  /** Waits until the status is as wanted. */
  until(wanted: (status: LinkStatus) => boolean, ms?: number): Promise<LinkStatus>;
  /** How often the endpoint's token was made anew. */
  readonly rotations: () => number;
  /** The endpoint moves, as after a restart without its port. */
  moveEndpoint(): Promise<void>;
  /** What the link takes for the endpoint's token; without one, the right one. */
  tellToken(token?: string): void;
  close(): Promise<void>;
}

/** The analysis tools as Langflow sees them, with answers that the test decides. */
export interface SlowTools {
  delayMs: number;
  calls: number;
}

/** A link of the production code in this process, with an endpoint whose tools can be slow. */
export async function startLink(
  name: string,
  timings: Partial<LinkTimings> = {},
  more: Partial<LangflowDeps> = {},
): Promise<TestLink> {
  const tools: SlowTools = { delayMs: 0, calls: 0 };
  const recorder = createToolRecorder();
  let server = await serveTools(toolsOf(tools), recorder.record);
  let stored: StoredLink | undefined;
  let reported: string | undefined;
  let rotations = 0;
  const recordedRuns: FlowRunRecord[] = [];
  const states: LinkState[] = [];
  const nothingHere = {
    pathOf: notAsked,
    keyOf: (path: string) => path,
    inRootOf: notAsked,
    list: () => Promise.resolve([]),
    read: notAsked,
    write: notAsked,
    move: notAsked,
    remove: notAsked,
  };
  const { link, flows, runs, flowFiles } = createLangflow({
    folder: nothingHere,
    pythonFiles: () => false,
    versions: { list: () => Promise.resolve([]), keep: notAsked },
    synced: { read: () => Promise.resolve(undefined), write: notAsked },
    environments: { folder: ".", variable: () => undefined },
    catalogues: { newest: () => Promise.resolve(undefined), write: notAsked },
    begun: {
      keep: () => undefined,
      forget: () => undefined,
      leave: () => undefined,
      takeLeft: () => Promise.resolve([]),
      settle: () => Promise.resolve(),
    },
    network: {},
    workspace: { name, hash: Buffer.from(name).toString("hex").padEnd(16, "0").slice(0, 16) },
    endpoint: () => ({ url: server.url, token: reported ?? server.token, owner: true }),
    store: {
      read: () => Promise.resolve(stored),
      write: (value) => {
        stored = value;
        return Promise.resolve();
      },
      clear: () => {
        stored = undefined;
        return Promise.resolve();
      },
    },
    recorder,
    log: createLogger(() => undefined),
    budgets: { admit: () => Promise.resolve({ warnings: () => Promise.resolve([]), release: () => undefined }) },
    costCheck: { check: () => Promise.resolve(undefined) },
    head: () => noHead,
    recordRun: (run) => {
      recordedRuns.push(run);
      return Promise.resolve();
    },
    tracing: createTracing(),
    runCost: () => Promise.resolve(undefined),
    runModels: () => Promise.resolve([]),
    knownRuns: { unrecorded: () => Promise.resolve([]), lastOfOthers: () => Promise.resolve(undefined) },
    rotateToken: () => {
      rotations++;
      return Promise.resolve();
    },
    now: () => new Date(),
    timings,
    ...more,
  });
  link.onStatus(({ state }) => {
    if (states.at(-1) !== state) states.push(state);
  });
  return {
    link,
    flows,
    runs,
    flowFiles,
    tools,
    recordedRuns,
    states,
    rotations: () => rotations,
    tellToken: (token) => {
      reported = token;
    },
    async until(wanted, ms = 10_000) {
      const deadline = performance.now() + ms;
      while (performance.now() < deadline) {
        if (wanted(link.status())) return link.status();
        await sleep(20);
      }
      throw new Error(`The status stayed ${JSON.stringify(link.status())}`);
    },
    async moveEndpoint() {
      const old: InProcessServer = server;
      server = await serveTools(toolsOf(tools), recorder.record);
      await old.close();
    },
    async close() {
      tools.delayMs = 0;
      await link.disconnect().catch(() => undefined);
      await server.close();
    },
  };
}

function notAsked(): Promise<never> {
  throw new Error("No test of the link asks for flow files.");
}

function toolsOf(tools: SlowTools) {
  const input = z.strictObject({
    path: z.string().optional(),
    maxTokens: z.int().optional(),
    wait: z.int().optional(),
    limit: z.int().optional(),
  });
  const slow = <Answer>(answer: Answer) =>
    async function handler(_input: unknown, { signal }: { signal: AbortSignal }): Promise<Answer> {
      tools.calls++;
      await sleep(tools.delayMs, undefined, { signal });
      return answer;
    };
  return [
    defineTool({
      name: "analyze_repository",
      title: "Analyze repository",
      toolset: "code",
      effect: "read",
      description: "Counts.",
      needs: [],
      input,
      output: z.looseObject({ files: z.int() }),
      handler: slow({ files: 1, lines: 2, languages: [], health: { reasons: [] }, hotSpots: [], cycles: [] }),
    }),
    defineTool({
      name: "analyze_code_quality",
      title: "Analyze code quality",
      toolset: "code",
      effect: "read",
      description: "Findings.",
      needs: [],
      input,
      output: z.looseObject({ complete: z.boolean() }),
      handler: slow({
        findings: [{ path: "a.ts", line: 3, rule: "long-function", message: "It is long." }],
        total: 1,
        left: 0,
        complete: true,
      }),
    }),
  ];
}

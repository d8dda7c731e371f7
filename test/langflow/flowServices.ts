import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LangflowVersion } from "../../scripts/lib/realParts.ts";
import type { OperationName, ParamsOf, ResultOf } from "../../src/protocol/operations.ts";
import { createApp } from "../../src/server/app/app.ts";
import { cliCaller } from "../../src/server/cli/openApp.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import { runCli } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import { sharedLangflow } from "./live.ts";
import { askLangflow } from "./rest.ts";

type Template = Record<string, Readonly<Record<string, unknown>>>;

/** A flow as Langflow answers it. */
export interface StoredFlow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly endpoint_name: string | null;
  readonly folder_id: string | null;
  readonly locked: boolean | null;
  readonly data: { readonly nodes: readonly { readonly data: { readonly node: { readonly template: Template } } }[] };
}

/** The services of a folder in this process, connected to a real Langflow. */
export interface FlowServices {
  /** The folder. */
  readonly folder: string;
  readonly data: string;
  readonly url: string;
  operate<Name extends OperationName>(name: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>>;
  /** `langflow-connect flow …` over the same folder and data. */
  cli(...args: readonly string[]): Promise<CliResult>;
  /** Langflow's own answer. */
  rest(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  stored(id: string): Promise<StoredFlow>;
  /** A new flow of one component with a key, the name of a variable and a text. */
  make(name: string, more?: object): Promise<StoredFlow>;
  close(): Promise<void>;
}

export const secretKey = "sk-not-a-real-key-0123456789abcdef";

/** The data of a flow of one component, whose text is given. */
export function graphOf(text: string, code: string | readonly string[] = "line one\nline two") {
  const template = {
    _type: "Component",
    api_key: { type: "str", password: true, load_from_db: false, value: secretKey },
    token: { type: "str", password: true, load_from_db: true, value: "CIDER_TOKEN" },
    text: { type: "str", value: text },
    code: { type: "code", value: code },
  };
  const node = { template, outputs: [], display_name: "Press" };
  return {
    nodes: [
      {
        id: "Press-1",
        type: "genericNode",
        position: { x: 0, y: 0 },
        data: { id: "Press-1", type: "Press", node },
      },
    ],
    edges: [],
  };
}

export async function openFlowServices(version: LangflowVersion): Promise<FlowServices> {
  const langflow = await sharedLangflow(version);
  const { ask } = askLangflow(langflow);
  const workspace = await scratchWorkspace({ "README.md": "# Flows\n" });
  const data = await mkdtemp(path.join(tmpdir(), "lfc-flows-"));
  const keyFile = path.join(data, "key");
  await writeFile(keyFile, `${langflow.apiKey}\n`, { mode: 0o600 });
  const app = await createApp({
    folders: [workspace.folder],
    data,
    log: createLogger(() => undefined),
    version: "0.0.0",
    editPolicy: () => "auto",
    engine: "auto",
    costModel: () => "",
    keepDays: 400,
  });
  const made: string[] = [];
  const operate: FlowServices["operate"] = async (name, params) => {
    const call = { caller: cliCaller, signal: new AbortController().signal, progress: () => undefined };
    return (await app.operate(name, params, call)) as ResultOf<typeof name>;
  };
  await operate("link.connect", { url: langflow.url, apiKey: langflow.apiKey });
  return {
    folder: workspace.folder,
    data,
    url: langflow.url,
    operate,
    cli: (...args) =>
      runCli([
        "flow",
        ...args,
        "--workspace",
        workspace.folder,
        "--data",
        data,
        "--url",
        langflow.url,
        "--key-file",
        keyFile,
      ]),
    rest: ask,
    stored: async (id) => (await ask("GET", `/api/v1/flows/${id}`)) as StoredFlow,
    async make(name, more = {}) {
      const body = { name, description: "", data: graphOf("apples"), ...more };
      const flow = (await ask("POST", "/api/v1/flows/", body)) as StoredFlow;
      made.push(flow.id);
      return flow;
    },
    async close() {
      await app.shutdown("done");
      for (const id of made) await ask("DELETE", `/api/v1/flows/${id}`).catch(() => undefined);
      await workspace.remove();
      await rm(data, { recursive: true, force: true });
    },
  };
}

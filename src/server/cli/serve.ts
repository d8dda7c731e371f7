import path from "node:path";
import { createApp } from "../app/app.ts";
import type { App } from "../app/app.ts";
import { settingTable } from "../../protocol/settings.ts";
import { connectLink, describeLink } from "../operations/link.ts";
import { describeRun } from "../operations/runs.ts";
import { ToolError } from "../platform/errors.ts";
import { toolsets } from "../tools/runner/toolsets.ts";
import { version } from "../platform/version.ts";
import {
  UsageError,
  cliLog,
  dataOf,
  headlessEdits,
  expectPositionals,
  note,
  parseOptions,
  portOf,
  print,
  shared,
  stopSignal,
} from "./options.ts";

const noPatterns: string[] = [];

const options = {
  ...shared,
  host: { type: "string", default: "127.0.0.1" },
  port: { type: "string", default: "0" },
  "token-file": { type: "string" },
  toolsets: { type: "string" },
  "allow-protected": { type: "string", multiple: true, default: noPatterns },
  langflow: { type: "string" },
  "key-file": { type: "string" },
  run: { type: "string" },
} as const;

export async function serve(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  expectPositionals(positionals, 0);
  if (values.langflow === undefined && (values.run !== undefined || values["key-file"] !== undefined)) {
    throw new UsageError("--run and --key-file need --langflow URL.");
  }
  const advertisedUrl = advertisedBy(process.env["LFC_ADVERTISED_URL"]);
  const tokenFile = values["token-file"];
  const port = portOf(values.port);
  const app = await createApp({
    folders: values.workspace,
    data: dataOf(values),
    log: cliLog,
    version,
    editPolicy: headlessEdits(),
    allowProtected: values["allow-protected"],
    ...(values.toolsets !== undefined && { toolsets: toolsetsOf(values.toolsets) }),
  });
  const endpoint = await app.open({
    host: values.host,
    port,
    ...(tokenFile !== undefined && { tokenFile: path.resolve(tokenFile) }),
    ...(advertisedUrl !== undefined && { advertisedUrl }),
  });
  const facts = { url: endpoint.url(), pid: process.pid, tokenFile: endpoint.tokenFile, version };
  const stop = stopSignal();
  const job = { url: values.langflow, keyFile: values["key-file"], run: values.run, json: values.json };
  // Begun before the endpoint is told: whoever starts us and calls at once waits for the link instead of missing it.
  const langflow = useLangflow(app, job, stop.signal).catch((error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    // The endpoint is of use without Langflow, and the link goes on trying.
    if (error.code !== "CANCELLED") note(`${error.message} ${error.remedy}`);
  });
  print(
    values.json ? JSON.stringify(facts) : welcome({ ...facts, langflow: values.langflow, workspace: values.workspace }),
  );
  await langflow;
  await app.shutdown(await stop.reason);
  return 0;
}

function advertisedBy(text = ""): string | undefined {
  const url = settingTable["endpoint.advertisedUrl"].schema.safeParse(text);
  if (url.success) return url.data === "" ? undefined : url.data;
  throw new UsageError("LFC_ADVERTISED_URL must be an address such as http://host.docker.internal:40123.");
}

function toolsetsOf(text: string): readonly string[] {
  const known = Object.keys(toolsets);
  const wanted = text.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return wanted;
  throw new UsageError(`There is no toolset ${JSON.stringify(unknown)}; the toolsets are ${known.join(", ")}.`);
}

interface Welcome {
  readonly url: string;
  readonly tokenFile: string;
  /** The Langflow that is being connected anyway. */
  readonly langflow: string | undefined;
  readonly workspace: readonly string[];
}

function welcome({ url, tokenFile, langflow, workspace }: Welcome): string {
  // The other terminal may be in another folder.
  const served = workspace.map((folder) => `--workspace "${path.resolve(folder)}"`).join(" ");
  const connecting = [
    "To connect Langflow, start with --langflow http://127.0.0.1:7860 [--key-file FILE], or from another terminal:",
    // A clone has the command only by npx.
    `  npx langflow-connect langflow connect ${served} --url http://127.0.0.1:7860 [--key-file FILE]`,
  ];
  return [
    `MCP endpoint: ${url}`,
    `Bearer token: in ${tokenFile}`,
    ...(langflow === undefined ? connecting : []),
    "Other clients: streamable HTTP at the endpoint, with the header Authorization: Bearer TOKEN.",
    "Ctrl+C ends it.",
  ].join("\n");
}

interface LangflowJob {
  readonly url: string | undefined;
  readonly keyFile: string | undefined;
  readonly run: string | undefined;
  readonly json: boolean;
}

/** Connects as asked, or as at the last start; then pushes and runs the template. */
async function useLangflow({ link }: App, job: LangflowJob, signal: AbortSignal): Promise<void> {
  const wanted = job.url === undefined ? await link.remembered() : { url: job.url, keyFile: keyPath(job.keyFile) };
  if (!wanted) return;
  const status = await connectLink(link, { ...wanted, signal });
  note(describeLink(status));
  if (job.run === undefined) return;
  const pushed = await link.push(job.run, { overwrite: false, signal });
  note(`Flow ${pushed.result}: ${pushed.url}`);
  const run = await link.run(pushed.id, { signal, progress: note });
  print(job.json ? JSON.stringify({ run }) : describeRun(run));
}

function keyPath(file: string | undefined): string | undefined {
  return file === undefined ? undefined : path.resolve(file);
}

import path from "node:path";
import type { Currency } from "../../protocol/currency.ts";
import { headlessChannels } from "../app/alertChannels.ts";
import type { App } from "../app/app.ts";
import { connectLink, describeLink } from "../operations/link.ts";
import { describeRun } from "../operations/runs.ts";
import { ToolError } from "../platform/errors.ts";
import { allToolsets } from "../tools/runner/toolsets.ts";
import { version } from "../platform/version.ts";
import { openApp } from "./openApp.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { readSettings, settingFlags, shownCurrency } from "./settings.ts";

const options = {
  ...settingFlags("serve"),
  ...shared,
  langflow: { type: "string" },
  "key-file": { type: "string" },
  user: { type: "string" },
  run: { type: "string" },
  yes: { type: "boolean", default: false },
} as const;

export async function serve(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  expectPositionals(positionals, 0);
  if (values.langflow === undefined && (values.run !== undefined || values["key-file"] !== undefined)) {
    throw new UsageError("--run and --key-file need --langflow URL.");
  }
  const settings = readSettings(values);
  const { toolsets, "endpoint.advertisedUrl": advertisedUrl, "endpoint.tokenFile": tokenFile } = settings;
  if (toolsets) expectToolsets(toolsets);
  const app = await openApp(values.workspace, settings, {
    allowProtected: settings["edits.allowProtected"],
    alertChannels: await headlessChannels(settings),
    ...(toolsets && { toolsets }),
  });
  const endpoint = await app.open({
    host: settings["endpoint.host"],
    port: settings["endpoint.port"],
    ...(tokenFile !== "" && { tokenFile }),
    ...(advertisedUrl !== "" && { advertisedUrl }),
  });
  const facts = { url: endpoint.url(), pid: process.pid, tokenFile: endpoint.tokenFile, version };
  const stop = stopSignal();
  const job = {
    url: values.langflow,
    keyFile: values["key-file"],
    user: values.user,
    run: values.run,
    yes: values.yes,
    currency: shownCurrency(settings),
    json: values.json,
  };
  // Begun before the endpoint is published: whoever starts us and calls at once waits for the link instead of missing it.
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

function expectToolsets(wanted: readonly string[]): void {
  const unknown = wanted.find((name) => !allToolsets.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(`There is no toolset ${JSON.stringify(unknown)}; the toolsets are ${allToolsets.join(", ")}.`);
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
    "Press Ctrl+C to stop it.",
  ].join("\n");
}

interface LangflowJob {
  readonly url: string | undefined;
  readonly keyFile: string | undefined;
  readonly user: string | undefined;
  readonly run: string | undefined;
  /** Whatever the run is estimated to cost. */
  readonly yes: boolean;
  readonly currency: Currency;
  readonly json: boolean;
}

/** Connects as asked, or as at the last start; then pushes and runs the template. */
async function useLangflow(
  { langflow: { link, flows, runs } }: App,
  job: LangflowJob,
  signal: AbortSignal,
): Promise<void> {
  const wanted =
    job.url === undefined ? await link.remembered() : { url: job.url, keyFile: keyPath(job.keyFile), user: job.user };
  if (!wanted) return;
  const status = await connectLink(link, { ...wanted, signal });
  note(describeLink(status));
  if (job.run === undefined) return;
  const pushed = await flows.push(job.run, { overwrite: false, signal });
  note(`Flow ${pushed.result}: ${pushed.url}`);
  const run = await runs.start(pushed.id, { yes: job.yes, signal, progress: note });
  print(job.json ? JSON.stringify({ run }) : describeRun(run, job.currency));
}

function keyPath(file: string | undefined): string | undefined {
  return file === undefined ? undefined : path.resolve(file);
}

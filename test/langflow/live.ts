import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LangflowVersion } from "../../scripts/lib/realParts.ts";
import type { FlowFacts, PushResult, RunResult } from "../../src/protocol/flows.ts";
import type { LinkStatus } from "../../src/protocol/status.ts";
import { runCli } from "../support/cli.ts";
import type { CliResult } from "../support/cli.ts";
import { startLangflow } from "../support/langflow.ts";
import type { Langflow } from "../support/langflow.ts";
import { askLangflow } from "./rest.ts";

/** Both ends of what this product supports. */
export const versions: readonly LangflowVersion[] = ["0.7.3", "1.13.0"];

/** Answers of `langflow … --json` by subcommand. */
interface Answers {
  readonly connect: LinkStatus;
  readonly status: LinkStatus;
  readonly list: readonly FlowFacts[];
  readonly push: PushResult;
  readonly run: RunResult;
}

/** A real Langflow, asked by its own API, and a data folder for our servers. */
export interface Live {
  readonly langflow: Langflow;
  readonly data: string;
  readonly keyFile: string;
  /** `langflow-connect langflow …` against the running server of a folder. */
  cli(folder: string, ...args: readonly string[]): Promise<CliResult>;
  /** The same, as its JSON answer; fails when the command does. */
  ask<Name extends keyof Answers>(folder: string, name: Name, ...args: readonly string[]): Promise<Answers[Name]>;
  connect(folder: string): Promise<LinkStatus>;
  /** Langflow's own answer. */
  rest(method: string, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** A start takes 15 s and more, so the files of the suite share one Langflow of each version. */
const running = new Map<LangflowVersion, Promise<Langflow>>();

export function sharedLangflow(version: LangflowVersion): Promise<Langflow> {
  const started = running.get(version) ?? startLangflow({ version, web: true });
  running.set(version, started);
  return started;
}

export async function stopShared(): Promise<void> {
  await Promise.all([...running.values()].map(async (started) => (await started).stop()));
  running.clear();
}

/** With a Langflow of the caller's own, or with the one that the tests share. */
export async function startLive(version: LangflowVersion, own?: Langflow): Promise<Live> {
  const langflow = own ?? (await sharedLangflow(version));
  const data = await mkdtemp(path.join(tmpdir(), "lfc-live-"));
  const keyFile = path.join(data, "key");
  await writeFile(keyFile, `${langflow.apiKey}\n`, { mode: 0o600 });
  const cli: Live["cli"] = (folder, ...args) => runCli(["langflow", ...args, "--workspace", folder, "--data", data]);
  const ask: Live["ask"] = async (folder, name, ...args) => {
    const { code, stdout, stderr } = await cli(folder, name, ...args, "--json");
    if (code !== 0) throw new Error(`langflow ${name} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as Answers[typeof name];
  };
  return {
    langflow,
    data,
    keyFile,
    cli,
    ask,
    connect: (folder) => ask(folder, "connect", "--url", langflow.url, "--key-file", keyFile),
    rest: askLangflow(langflow).ask,
    stop: () => rm(data, { recursive: true, force: true }),
  };
}

// The real Langflow, started in a scratch folder on a free port of the loopback.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realParts } from "../../scripts/lib/realParts.ts";
import type { LangflowVersion } from "../../scripts/lib/realParts.ts";
import { freePort } from "./freePort.ts";
import { startService, waitForUrl } from "./processes.ts";

export interface LangflowOptions {
  readonly version: LangflowVersion;
  readonly port?: number;
  /** Configuration and database; kept when given, so that a second start finds the first one's flows. A scratch folder otherwise. */
  readonly dir?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Serve its web page too. */
  readonly web?: boolean;
  /** Its user must log in. */
  readonly autoLogin?: false;
  /** Its flows can call OpenAI's models, at this address. Version 1.13.0 only. */
  readonly modelProvider?: string;
}

export interface Langflow {
  readonly version: LangflowVersion;
  readonly url: string;
  readonly apiKey: string;
  readonly dir: string;
  readonly logFile: string;
  stop(): Promise<void>;
  /** Without any clean-up on its side, as a crash. */
  kill(): Promise<void>;
}

/** Measured: 15 s on two idle cores; the first start after an install compiles Python files and takes longer. */
const START_TIMEOUT_MS = 150_000;
const LIFE_SECONDS = 3_600;
/** Its worker uses 1 GB. */
const DATA_MEGABYTES = 6_000;

export async function startLangflow(options: LangflowOptions): Promise<Langflow> {
  const part = realParts().langflow.versions[options.version];
  if (!part.present) throw new Error(`Langflow ${options.version} is not installed: run \`${part.install}\``);
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), "lfc-langflow-"));
  mkdirSync(dir, { recursive: true });
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const serve = options.web === true ? [] : ["--backend-only"];
  const service = startService({
    command: part.command,
    args: ["run", "--host", "127.0.0.1", "--port", String(port), ...serve, "--no-open-browser"],
    cwd: dir,
    logFile: join(dir, "langflow.log"),
    maxSeconds: LIFE_SECONDS,
    maxMegabytes: DATA_MEGABYTES,
    env: {
      ...foreignEnv(),
      ...langflowEnv(options.version, dir),
      ...loginEnv(options),
      ...providerEnv(options),
      ...options.env,
    },
  });
  const name = `Langflow ${options.version}`;
  await waitForUrl({ url: `${url}/health`, service, name, timeoutMs: START_TIMEOUT_MS });
  const end = async (how: () => Promise<void>): Promise<void> => {
    await how();
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  try {
    const apiKey = await createApiKey(url, options.autoLogin ?? true);
    return {
      version: options.version,
      url,
      apiKey,
      dir,
      logFile: service.logFile,
      stop: () => end(service.stop),
      kill: () => end(service.kill),
    };
  } catch (error) {
    const last = existsSync(service.logFile) ? service.logTail() : "";
    await end(service.kill);
    throw new Error(`${name} gave no API key: ${error instanceof Error ? error.message : String(error)}\n${last}`, {
      cause: error,
    });
  }
}

/** A further key of the default user. */
export async function createApiKey(url: string, autoLogin = true): Promise<string> {
  const token = await textField(await (autoLogin ? fetch(`${url}/api/v1/auto_login`) : logIn(url)), "access_token");
  const made = await fetch(`${url}/api/v1/api_key/`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "tests" }),
  });
  return textField(made, "api_key");
}

/** Who logs in where auto-login is off. */
export const user = { username: "gardener", password: "Apples-and-pears-1" };

function providerEnv({ modelProvider }: LangflowOptions): Record<string, string> {
  if (modelProvider === undefined) return {};
  const { present, folder, install } = realParts().langflow.openai;
  if (!present) throw new Error(`langchain-openai is not installed: run \`${install}\``);
  return { PYTHONPATH: folder, OPENAI_API_BASE: modelProvider, OPENAI_API_KEY: "sk-not-a-real-key-0123456789" };
}

function logIn(url: string): Promise<Response> {
  return fetch(`${url}/api/v1/login`, { method: "POST", body: new URLSearchParams(user) });
}

function loginEnv({ autoLogin }: LangflowOptions): Record<string, string> {
  if (autoLogin === undefined) return {};
  return {
    LANGFLOW_AUTO_LOGIN: "false",
    LANGFLOW_SUPERUSER: user.username,
    LANGFLOW_SUPERUSER_PASSWORD: user.password,
  };
}

async function textField(response: Response, field: string): Promise<string> {
  const body: unknown = await response.json();
  if (response.ok && typeof body === "object" && body !== null) {
    const value: unknown = Object.entries(body).find(([key]) => key === field)?.[1];
    if (typeof value === "string") return value;
  }
  throw new Error(`${response.url} answered ${response.status} without ${field}`);
}

/** A developer's own Langflow settings must not leak into a test. */
function foreignEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(LANGFLOW_|LFX_|OPENAI_|PYTHON)/.test(name)),
  );
}

function langflowEnv(version: LangflowVersion, dir: string): Record<string, string> {
  return {
    LANGFLOW_CONFIG_DIR: dir,
    // Without it the database lies in the installed package, shared by every instance.
    LANGFLOW_DATABASE_URL: `sqlite:///${join(dir, "langflow.db")}`,
    LANGFLOW_AUTO_LOGIN: "true",
    LANGFLOW_CREATE_STARTER_PROJECTS: "false",
    LANGFLOW_WORKERS: "1",
    DO_NOT_TRACK: "true",
    // Off otherwise: with it, Langflow itself lists what it publishes.
    LANGFLOW_A2A_ENABLED: "true",
    NO_COLOR: "1",
    // Of an unexpected failure it writes 400 lines otherwise, and answers nobody for the second that this takes.
    LANGFLOW_PRETTY_LOGS: "false",
    HOME: dir,
    // The oldest one refuses its own auto-login otherwise; the newest warns that the name is on its way out.
    ...(version === "0.7.3" ? { LANGFLOW_SKIP_AUTH_AUTO_LOGIN: "true" } : {}),
  };
}

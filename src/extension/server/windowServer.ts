import { randomUUID } from "node:crypto";
import path from "node:path";
import { workspace } from "vscode";
import type { ExtensionContext, LogOutputChannel } from "vscode";
import { addActivity } from "../../protocol/activity.ts";
import { serverRequests } from "../../protocol/requests.ts";
import type { OperationName, ParamsOf, ResultOf } from "../../protocol/operations.ts";
import type { Answer, RequestOf } from "../../protocol/requests.ts";
import type { Activity, WindowStatus } from "../../protocol/status.ts";
import { linkOff } from "../../protocol/topics.ts";
import type { Handlers, ServerProcess } from "./launch.ts";
import { UserError } from "./userError.ts";
import type { Work } from "../support/progress.ts";
import { offReason } from "./offReason.ts";
import { statusView } from "./statusView.ts";
import { askingCommand } from "../support/commandTrace.ts";
import { createStore } from "../support/store.ts";
import type { Disposable, Store } from "../support/store.ts";
import { createTopicValues } from "./topicValues.ts";
import type { TopicValues } from "./topicValues.ts";
import { createSupervisor } from "./supervisor.ts";
import type { Supervisor } from "./supervisor.ts";

/** What this window knows of its server, and the way to ask it. */
export interface WindowServer {
  readonly status: Store<WindowStatus>;
  /** Newest first, bounded. */
  readonly activities: Store<readonly Activity[]>;
  /** The newest value that the server published; undefined while it does not run. */
  topic: TopicValues["topic"];
  /** Fails with a sentence for the user while the server does not run. */
  request<Params, Result>(request: RequestOf<Params, Result>, params: Params, signal?: AbortSignal): Promise<Result>;
  /** The result of an operation. Fails with what happened and what to do. */
  operate<Name extends OperationName>(name: Name, params: ParamsOf<Name>, work?: Work): Promise<ResultOf<Name>>;
  /** Progress of one request, which takes the token along. To be disposed of when the request is over. */
  followProgress(listener: (message: string) => void): Disposable & { readonly token: string };
  /** Waits for a server that is on its way and fails with NotRunning otherwise; commands ask before they ask the user. */
  ready(): Promise<void>;
  /** Hands changed settings to the running server. */
  sendSettings(): Promise<void>;
  start(): void;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Why nothing can be asked of the server, in a sentence for the user. */
export class NotRunning extends Error {
  readonly canRestart: boolean;

  constructor(status: WindowStatus) {
    super(statusView(status).tooltip);
    this.canRestart = status.server.state === "stopped";
  }
}

/** Names in SecretStorage, of this user and not of a workspace. */
export const alertSecretKeys = { webhook: "alerts.webhookSecret", mailPassword: "alerts.mailPassword" } as const;
export const embeddingsKeyName = "embeddings.key";
export const modelKeyName = "ai.key";

const readyMs = 20_000;
const keptActivities = 200;

export function createWindowServer(context: ExtensionContext, log: LogOutputChannel): WindowServer {
  const reason = offReason();
  const status = createStore<WindowStatus>({
    server: reason ? { state: "off", reason } : { state: "starting" },
    link: linkOff,
  });
  const activities = createStore<readonly Activity[]>([]);
  const topics = createTopicValues();
  const followers = new Map<string, (message: string) => void>();
  let processRun: ServerProcess | undefined;

  const handlers: Handlers = {
    topic: topics.keep,
    activity: (activity) => {
      activities.update((list) => addActivity(list, activity).slice(0, keptActivities));
    },
    progress: ({ token, message }) => {
      followers.get(token)?.(message);
    },
  };

  topics.topic("endpoint").onChange((endpoint) => {
    if (!endpoint) return;
    const { url, tools, startedAt, owner, token } = endpoint;
    status.update((value) => ({ ...value, endpoint: { url, tools, startedAt, owner } }));
    void context.secrets.store(tokenKey(), token);
  });
  topics.topic("link").onChange((link) => {
    if (link) status.update((value) => ({ ...value, link }));
  });

  async function launch(): Promise<ServerProcess> {
    // Trust or folders may have changed since the last start.
    const off = offReason();
    if (off) throw new Error(statusView({ server: { state: "off", reason: off }, link: linkOff }).tooltip);
    // The language client is most of the extension's code: activation does not wait for it.
    const { launchServer, readExclusions, readNetwork, readSettings, warnOfPrices } = await import("./launch.ts");
    const started = await launchServer({
      module: path.join(context.extensionPath, "dist", "server", "main.mjs"),
      log,
      handlers,
      initializationOptions: async () => {
        warnOfPrices();
        const names = [
          tokenKey(),
          alertSecretKeys.webhook,
          alertSecretKeys.mailPassword,
          embeddingsKeyName,
          modelKeyName,
        ];
        const [token, webhook, mailPassword, embeddingsKey, modelKey] = await Promise.all(
          names.map((key) => context.secrets.get(key)),
        );
        return {
          settings: readSettings(),
          exclusions: readExclusions(),
          network: readNetwork(),
          alertSecrets: { webhook, mailPassword },
          ...(embeddingsKey !== undefined && { embeddingsKey }),
          ...(modelKey !== undefined && { modelKey }),
          ...(token !== undefined && { token }),
          ...(workspace.name !== undefined && { workspaceName: workspace.name }),
        };
      },
    });
    processRun = started;
    // A server without a ledger serves all the same; a failure here would leave its process behind.
    const recent = await started
      .request(serverRequests.operation, { name: "ledger.recent", params: {} })
      .then((answer) => checked("ledger.recent", answer))
      .catch((error: unknown) => {
        log.warn(`activities: ${String(error)}`);
        return [];
      });
    activities.update(() => recent);
    void started.ended.then(() => {
      if (processRun === started) processRun = undefined;
    });
    return started;
  }

  const supervisor: Supervisor = createSupervisor({
    launch,
    onState(server) {
      log.info(`server ${server.state}${"reason" in server ? `: ${server.reason}` : ""}`);
      status.update((value) => (server.state === "running" ? { ...value, server } : { server, link: linkOff }));
      if (server.state !== "running") topics.clear();
    },
  });

  async function ready(): Promise<void> {
    const onItsWay = () => ["starting", "restarting"].includes(status.get().server.state);
    if (!processRun && onItsWay()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, readyMs);
        const following = status.onChange(() => {
          if (onItsWay()) return;
          clearTimeout(timer);
          following.dispose();
          resolve();
        });
      });
    }
    if (!processRun) throw new NotRunning(status.get());
  }

  function start(): void {
    const off = offReason();
    if (off) status.update(() => ({ server: { state: "off", reason: off }, link: linkOff }));
    else supervisor.start();
  }

  async function request<Params, Result>(asked: RequestOf<Params, Result>, params: Params, signal?: AbortSignal) {
    await ready();
    if (!processRun) throw new NotRunning(status.get());
    return processRun.request(asked, params, signal);
  }

  function followProgress(listener: (message: string) => void) {
    const token = randomUUID();
    followers.set(token, listener);
    return { token, dispose: () => void followers.delete(token) };
  }

  async function operate<Name extends OperationName>(name: Name, params: ParamsOf<Name>, work?: Work) {
    const following = work && followProgress(work.report);
    const progress = following && { progressToken: following.token };
    try {
      const asked = { name, params, ...progress, ...askingCommand() };
      return await checked(name, await request(serverRequests.operation, asked, work?.signal));
    } finally {
      following?.dispose();
    }
  }

  return {
    status,
    activities,
    topic: topics.topic,
    request,
    operate,
    followProgress,
    ready,
    async sendSettings() {
      const { readSettings, warnOfPrices } = await import("./launch.ts");
      warnOfPrices();
      await processRun?.request(serverRequests.settings, readSettings());
    },
    start,
    async restart() {
      await supervisor.stop();
      start();
    },
    stop: supervisor.stop,
  };
}

/** The result of an operation's answer; a failure is thrown for the command's one catch. */
async function checked<Name extends OperationName>(name: Name, answer: Answer<unknown>): Promise<ResultOf<Name>> {
  if (!answer.ok) throw new UserError(answer.error);
  // zod is most of it: activation does not wait for it.
  const { operations } = await import("./launch.ts");
  return operations[name].result.parse(answer.value);
}

/** SecretStorage is one for all workspaces; a token is of one set of folders. */
function tokenKey(): string {
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
  return `endpointToken ${folders.sort().join(" ")}`;
}

/** Read by the server at its start only. */
const startSettings = [
  ...["langflowConnect.endpoint", "langflowConnect.tls", "langflowConnect.alerts", "langflowConnect.embeddings"],
  ...["langflowConnect.cost.model", "langflowConnect.cost.prices", "langflowConnect.memory"],
  ...["http.proxy", "http.proxySupport", "http.noProxy", "http.systemCertificates"],
  ...["files.exclude", "search.exclude", "search.useIgnoreFiles"],
];

/** Folders, trust and settings come and go: the server is started for what is there. */
export function followWorkspace(server: WindowServer): Disposable[] {
  const again = () => void server.restart();
  return [
    workspace.onDidChangeWorkspaceFolders(again),
    workspace.onDidGrantWorkspaceTrust(again),
    workspace.onDidChangeConfiguration((change) => {
      if (startSettings.some((section) => change.affectsConfiguration(section))) again();
      else if (change.affectsConfiguration("langflowConnect")) void server.sendSettings();
    }),
  ];
}

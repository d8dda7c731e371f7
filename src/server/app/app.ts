import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createAnalysis } from "../analysis/analysis.ts";
import { createBudgets } from "../economy/budgets.ts";
import { createCostCheck } from "../economy/costCheck.ts";
import { createBudgetStore } from "../economy/budgetStore.ts";
import { createOptimizations, tuningOf } from "../economy/optimizations.ts";
import { openOptimizationStore } from "../economy/optimizationStore.ts";
import { createLedger } from "../economy/ledger.ts";
import { createEstimates } from "../economy/estimates.ts";
import { createPriceUpdates } from "../economy/priceUpdates.ts";
import { registerLedgerMetrics } from "../economy/metrics.ts";
import type { Ledger } from "../economy/types.ts";
import { createHealth } from "../health/health.ts";
import { callOperation } from "../endpoint/askServer.ts";
import { openEndpoint } from "../endpoint/endpoint.ts";
import type { EndpointOptions, OpenEndpoint } from "../endpoint/endpoint.ts";
import { createLangflow } from "../langflow/langflow.ts";
import type { Langflow } from "../langflow/langflow.ts";
import { createBegunRuns } from "../langflow/running/begunRuns.ts";
import { createCatalogueStore } from "../langflow/catalogueStore.ts";
import { createSyncStore } from "../langflow/syncStore.ts";
import { createVersionStore } from "../langflow/versionStore.ts";
import { modelsOfFile } from "../langflow/flowModels.ts";
import { createLinkStore } from "../langflow/linkStore.ts";
import { createToolRecorder } from "../langflow/recorder.ts";
import { createRunRecorder } from "../langflow/runRecorder.ts";
import { listenHttp } from "../endpoint/listen.ts";
import { createOperations } from "../operations/index.ts";
import type { RunOperation } from "../operations/index.ts";
import { dataFiles, newToken, openDataFolder } from "../platform/dataFolder.ts";
import { DisposableStack } from "../platform/disposables.ts";
import { createGitHead } from "../platform/gitHead.ts";
import { describeError } from "../platform/logger.ts";
import { createMetrics } from "../platform/metrics.ts";
import { registerProcessMetrics } from "../platform/processMetrics.ts";
import { createRecentLog } from "../platform/recentLog.ts";
import { createMemories } from "../memory/memory.ts";
import { createTracing } from "../platform/tracing.ts";
import type { Tracing } from "../platform/tracing.ts";
import { createMutex } from "../platform/mutex.ts";
import { countTokens } from "../platform/tokens.ts";
import { createTopics } from "../platform/topics.ts";
import type { TopicHub } from "../platform/topics.ts";
import { localUser } from "../platform/call.ts";
import type { ListingRecord, ToolCallRecord } from "../platform/call.ts";
import { createFlowTools } from "../tools/flows/flowTools.ts";
import { ownTools } from "../tools/index.ts";
import { registerCallMetrics } from "../tools/runner/callMetrics.ts";
import { createJobs } from "../tools/runner/jobs.ts";
import { basicTools } from "../tools/runner/toolsets.ts";
import { defaultBudget, tunedTools } from "../tools/runner/tunedTools.ts";
import { createRegistry } from "../tools/runner/registry.ts";
import { createPrompts } from "../prompts/prompts.ts";
import type { Prompts } from "../prompts/prompts.ts";
import { createResources } from "../resources/resources.ts";
import type { Resources } from "../resources/resources.ts";
import { createAiServices, noModel } from "./aiServices.ts";
import type { AppOptions } from "./appOptions.ts";
import { createArgumentValues } from "./argumentValues.ts";
import { createToolSearch } from "../tools/runner/toolSearch.ts";
import { createToolRunner } from "../tools/runner/runTool.ts";
import type { ToolRunner } from "../tools/runner/runTool.ts";
import { openEdits } from "../workspace/edits/openEdits.ts";
import { openMeaning } from "./embeddings.ts";
import { defaultMemoryLimit } from "./memoryLimit.ts";
import { openTraces } from "./openTraces.ts";
import { createFlowFolder } from "./flowFolder.ts";
import { createGit } from "../workspace/git/git.ts";
import { createEgress } from "../platform/egress/egress.ts";
import { createDocumentation } from "../documentation/documentation.ts";
import { createRepositories } from "../repositories/repositories.ts";
import { allowGit, createRepositoryViews } from "./repositoryViews.ts";
import type { Services } from "../tools/runner/context.ts";
import { createPages } from "../web/pages.ts";
import { createWebSearch } from "../web/search.ts";
import { createSecretStore } from "../web/secretStore.ts";
import { createWeb } from "../web/web.ts";
import { createSearch } from "../workspace/search/search.ts";
import { openWorkspace } from "../workspace/workspace.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { rootsHash } from "../workspace/paths/roots.ts";

/** Every service, wired once; the faces are opened on it. */
export interface App {
  readonly workspace: Workspace;
  readonly runner: ToolRunner;
  readonly prompts: Prompts;
  readonly resources: Resources;
  readonly ledger: Ledger;
  readonly langflow: Langflow;
  readonly operate: RunOperation;
  readonly topics: TopicHub;
  readonly tracing: Tracing;
  /** Opens the HTTP faces; once. */
  open(options: EndpointOptions): Promise<OpenEndpoint>;
  /** Flows that are exposed in Langflow become tools; `open` does it too. */
  offerFlows(): void;
  /** The endpoint has another URL, token or owner. */
  onEndpoint(listener: () => void): void;
  shutdown(reason: string): Promise<void>;
}

const shutdownMs = 5_000;

export async function createApp(options: AppOptions): Promise<App> {
  const { folders, version, data, allowProtected = [], memoryLimit = 0 } = options;
  const log = createRecentLog(options.log);
  const scope = new DisposableStack();
  const workspace = await openWorkspace(folders, options.exclusions);
  await openDataFolder(data);
  const workspaceLabel = workspace.roots.map((root) => root.name).join(", ");
  const head = createGitHead(workspace.roots[0]?.path ?? folders[0] ?? ".");
  const ledger = scope.add(
    createLedger({
      workerFile: new URL("./ledgerWorker.mjs", import.meta.url),
      options: {
        folder: path.join(data, "ledger"),
        engine: options.engine,
        prices: path.join(data, "prices.json"),
        workspace: workspaceLabel,
        keepDays: options.keepDays,
      },
      log,
      model: options.costModel,
      head,
      ...(options.ownPrices && { ownPrices: options.ownPrices }),
    }),
  );
  const metrics = createMetrics();
  const otlp = await openTraces(options.tracesEndpoint ?? "", { version, log });
  if (otlp) scope.add(otlp);
  const tracing = createTracing(otlp?.sink);
  const observeCall = registerCallMetrics(metrics);
  registerLedgerMetrics(metrics, ledger);
  scope.add(registerProcessMetrics(metrics));
  const hash = rootsHash(workspace.roots);
  const files = dataFiles(data, hash);
  const mutex = createMutex(files.locks);
  const budgets = createBudgets({
    store: createBudgetStore(files.budgets, mutex),
    ledger,
    mutex,
    principal: localUser,
    workspace: workspaceLabel,
    head,
    log,
    now: () => new Date(),
  });
  const priceUpdates = createPriceUpdates({ ledger, network: options.network ?? {}, now: () => new Date() });
  const target = options.editTarget?.(workspace);
  const flowFolder = createFlowFolder(workspace);
  const edits = await openEdits({
    workspace,
    data,
    log,
    policy: options.editPolicy,
    allowProtected,
    tracing,
    ...(target && { target }),
  });
  const analysis = scope.add(
    createAnalysis({
      workerFile: new URL("./analysisWorker.mjs", import.meta.url),
      roots: workspace.roots,
      ...(options.exclusions && { exclusions: options.exclusions }),
      overlays: () => workspace.documents.unsaved(),
      ...(options.ruleChanges && { ruleChanges: options.ruleChanges }),
    }),
  );
  const search = scope.add(createSearch({ workspace, workerFile: new URL("./searchWorker.mjs", import.meta.url) }));
  const { meaning, ...meaningScope } = openMeaning({
    settings: options.embeddings,
    workspace,
    analysis,
    folder: files.vectors,
    network: options.network ?? {},
    log,
    recordModelCall: (call) => ledger.recordModelCall(call, localUser),
  });
  scope.add(meaningScope);
  const jobs = scope.add(createJobs());
  const recorder = createToolRecorder();
  /** With the run that it is part of, which the call itself does not always name. */
  const recordCall = (call: ToolCallRecord) => {
    const flowRun = recorder.record(call);
    return ledger.recordCall({ ...call, caller: { ...call.caller, ...(flowRun !== undefined && { flowRun }) } });
  };
  const estimates = createEstimates({
    ledger,
    modelsOf: (flow, signal) =>
      flow.endsWith(".json") ? modelsOfFile(flowFolder, flow) : langflow.flows.models(flow, signal),
  });
  const applied = scope.add(await openOptimizationStore(files.optimizations, mutex, log));
  const tuning = tuningOf(applied);
  const optimizations = createOptimizations({
    ledger,
    store: applied,
    async tools() {
      const byDefault = new Set(registry.listed().map(({ name }) => name));
      return Promise.all(
        registry.all().map(async ({ name, listed }) => {
          const budget = defaultBudget(listed);
          return {
            name,
            tokens: await countTokens(JSON.stringify(listed)),
            byDefault: byDefault.has(name),
            basic: basicTools.has(name),
            ...(budget !== undefined && { budget }),
            hasIfNoneMatch: JSON.stringify(listed.inputSchema["properties"] ?? {}).includes('"ifNoneMatch"'),
          };
        }),
      );
    },
    now: () => new Date(),
  });
  const recordListing = (record: ListingRecord) => {
    countTokens(JSON.stringify({ tools: record.tools }))
      .then((tokens) => ledger.recordListing(record, tokens))
      .catch((error: unknown) => {
        log.warn("ledger.listing", describeError(error));
      });
  };
  const cost = { report: ledger.cost, estimate: estimates.estimate, optimizations: optimizations.report };
  let endpoint: OpenEndpoint | undefined;
  let isEnding = false;
  const health = scope.add(
    createHealth({
      folder: data,
      workspace: workspaceLabel,
      version,
      ...(options.alertChannels && { channels: options.alertChannels }),
      network: options.network ?? {},
      log,
      metrics,
      memory: {
        limitMb: memoryLimit > 0 ? memoryLimit : defaultMemoryLimit(),
        async release(idleMs) {
          const released = await Promise.all([analysis.release(idleMs), search.release(idleMs)]);
          return released.includes(true);
        },
      },
      isOwner: () => endpoint?.owner() ?? false,
      now: () => new Date(),
      services: {
        link: () => langflow.link.status(),
        ledger: () => ledger.status(),
        budgets: () => budgets.list(),
        anomalies: () => ledger.anomalies(new Date(), localUser),
        tools: () => registry.all().length,
      },
    }),
  );
  const memories = createMemories({
    store: ledger.memories,
    workspace: hash,
    ...(meaningScope.nearestTexts && { nearest: meaningScope.nearestTexts }),
    now: () => new Date(),
  });
  const git = createGit({ workspace, edits });
  const documentation = createDocumentation({ workspace, analysis });
  const pages = scope.add(createPages({ workerFile: new URL("./webWorker.mjs", import.meta.url) }));
  const secrets = createSecretStore(files.secrets, mutex);
  const egress = createEgress({
    network: options.network ?? {},
    allowedHosts: () => options.allowedHosts?.() ?? [],
  });
  const repositories = createRepositories({
    folder: files.repositories,
    mutex,
    allow: (url, signal) => allowGit(egress, url, signal),
    // In a workspace of several folders, what begins with no name of theirs is no path at all.
    isTaken: (name) =>
      workspace.resolve(name).then(
        ({ exists }) => exists,
        () => false,
      ),
    now: () => new Date(),
  });
  const views = scope.add(createRepositoryViews(repositories, () => services));
  const web = createWeb({
    egress,
    secrets,
    pages,
    now: Date.now,
  });
  const webSearch = createWebSearch({
    egress,
    secrets,
    settings: () => options.webSearch?.() ?? { provider: "off", url: "" },
    now: Date.now,
  });
  const ai = createAiServices({
    settings: () => options.model?.() ?? noModel,
    runsTests: () => options.runTests?.() ?? false,
    network: options.network ?? {},
    secrets,
    workspace,
    analysis,
    edits,
    budgets,
    recordModelCall: (call) => ledger.recordModelCall(call, localUser),
    runFlow: async ({ flow, input }, signal) => {
      const { report, flow: facts } = await langflow.runs.start(flow, { input, signal, progress: () => undefined });
      return { output: report, name: facts.name };
    },
    ...(options.modelKey !== undefined && { key: options.modelKey }),
    ...(options.askEditorModel && { askEditor: options.askEditorModel }),
  });
  const services: Services = {
    ai,
    workspace,
    edits,
    search,
    git,
    documentation,
    repositories,
    meaning,
    analysis,
    jobs,
    tools: { find: (task) => toolSearch.find(task) },
    cost,
    budgets,
    health,
    memories,
    web,
    webSearch,
    flowRuns: { run: (flow, given) => langflow.runs.run(flow, given) },
  };
  const flowTools = createFlowTools(Date.now);
  const registry = createRegistry({
    sources: [tunedTools(ownTools, tuning), flowTools],
    services,
    toolsets: options.toolsets,
    hidden: tuning.hidden,
  });
  const toolSearch = createToolSearch(() =>
    registry
      .all()
      // A client that asks has these two.
      .filter(({ toolset }) => toolset !== "tools")
      .map(({ name, toolset, example, otherWords, listed: { title, description, inputSchema } }) => {
        return { name, toolset, title, description, inputSchema, example, otherWords };
      }),
  );
  const runner = createToolRunner({
    registry,
    services,
    log,
    policies: options.policies ?? [],
    observers: [observeCall, health.observeCall, recordCall],
    observeListing: recordListing,
    displayText: (text) => views.displayText(workspace.displayText(text)),
    servicesFor: views.servicesFor,
    tracing,
    traceOfRun: recorder.traceOf,
    now: () => new Date(),
  });

  const values = createArgumentValues({ workspace, analysis, git });
  const prompts = createPrompts({ values });
  const resources = createResources({ runner, files: values.file });

  const endpointListeners = new Set<() => void>();
  const rotateToken = async () => endpoint?.rotateToken();
  const runRecorder = createRunRecorder(recorder, async () => {
    const owner = await endpoint?.otherOwner();
    return owner && ((request) => callOperation(owner, request));
  });
  const langflow = scope.add(
    createLangflow({
      workspace: { name: options.workspaceName ?? workspace.roots[0]?.name ?? "folder", hash },
      endpoint: () => endpoint && { url: endpoint.publicUrl(), token: endpoint.token(), owner: endpoint.owner() },
      store: createLinkStore(files.link),
      network: options.network ?? {},
      folder: flowFolder,
      synced: createSyncStore(files.synced),
      pythonFiles: () => options.pythonFiles?.() ?? false,
      environments: { folder: folders[0] ?? ".", variable: options.variable ?? (() => undefined) },
      versions: createVersionStore(files.versions),
      catalogues: createCatalogueStore(files.catalogues),
      begun: createBegunRuns(files.begunRuns, log),
      recorder: runRecorder,
      tracing,
      ownTools: () =>
        new Map(
          registry
            .all()
            .map(({ listed: { name, inputSchema } }) => [name, Object.keys(inputSchema["properties"] ?? {})]),
        ),
      log,
      budgets,
      costCheck: createCostCheck({ ledger, principal: localUser, askAbove: options.askAbove ?? (() => 0), log }),
      head,
      recordRun: (run) => ledger.recordRun(run, localUser),
      runCost: (id) => ledger.runCost(id, localUser).catch(() => undefined),
      runModels: async (id) => (await ledger.entry(id, localUser))?.models ?? [],
      knownRuns: {
        unrecorded: (traces) => ledger.unrecorded(traces),
        lastOfOthers: (server) => ledger.lastOfOthers(server, localUser),
      },
      rotateToken,
      now: () => new Date(),
    }),
  );
  const topics = createTopics();
  const { link } = langflow;
  topics.publish("link", link.status());
  const { alerts } = health;
  alerts.onChange((list) => {
    topics.publish("alerts", list);
  });
  langflow.liveRuns.onChange((runs) => {
    topics.publish("runs", runs);
  });
  langflow.exposedFlows.onChange(flowTools.set);
  link.onStatus((status) => {
    topics.publish("link", status);
    health.observeLink(status);
  });
  const operations = {
    ...langflow,
    alerts,
    health,
    ledger,
    budgets,
    priceUpdates,
    estimates,
    optimizations,
    recorder,
    memories,
    repositories,
    meaning,
    support: { log: log.lines, metrics: metrics.text },
    endpoint: { rotateToken },
  };
  const operate = createOperations(operations, tracing);
  const controlToken = newToken();
  const ready = () => !isEnding && health.isReady();
  const faces = {
    runner,
    prompts,
    resources,
    operate,
    controlToken,
    version,
    log,
    scope,
    metrics: metrics.text,
    ready,
  };

  function announceEndpoint(): void {
    for (const listener of endpointListeners) listener();
  }

  function endpointChanged(): void {
    announceEndpoint();
    link.endpointChanged().catch((error: unknown) => {
      log.warn("langflow.registration", describeError(error));
    });
  }

  registry.onChange((source) => {
    // Langflow is not offered flows: its registration stays as it is when those change.
    if (source === flowTools) announceEndpoint();
    else endpointChanged();
  });
  const offerFlows = () => void scope.add(langflow.exposedFlows.follow());

  return {
    workspace,
    runner,
    prompts,
    resources,
    ledger,
    langflow,
    operate,
    topics,
    tracing,
    async open(endpointOptions) {
      const listen = (at: Parameters<typeof listenHttp>[0]) => listenHttp(at, faces);
      endpoint = await openEndpoint(endpointOptions, {
        hash,
        files,
        log,
        controlToken,
        listen,
        changed: endpointChanged,
      });
      // Whoever serves for longer has the index ready for the first question.
      meaning.start();
      offerFlows();
      return scope.add(endpoint);
    },
    offerFlows,
    onEndpoint: (listener) => void endpointListeners.add(listener),
    async shutdown(reason) {
      isEnding = true;
      log.info("app.shutdown", { reason });
      const inTime = new AbortController();
      const late = sleep(shutdownMs, "late", { signal: inTime.signal }).catch(() => "in time");
      if ((await Promise.race([scope.dispose(), late])) === "late") log.warn("app.shutdown.late", { reason });
      inTime.abort();
    },
  };
}

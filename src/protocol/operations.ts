import { z } from "zod";
import { AlertList } from "./alerts.ts";
import { CostQuery, CostReport } from "./cost.ts";
import { Budget, BudgetPeriod, BudgetState, ScopeText } from "./budgets.ts";
import { CostEstimate } from "./estimate.ts";
import { OptimizationReport } from "./optimizations.ts";
import { CostForecast } from "./forecast.ts";
import { PriceChanges, PricesShown } from "./prices.ts";
import { componentContracts } from "./components.ts";
import { flowChangeContracts } from "./flowChanges.ts";
import {
  CheckedFlows,
  ExplainedFlow,
  FlowFileDiff,
  FlowFilesStatus,
  PythonOfFlow,
  MovedSecret,
  UpdatedFlowFile,
  WrittenFlow,
} from "./flowFiles.ts";
import { FlowNeeds, Promotion } from "./flowNeeds.ts";
import { FlowRunResult, RecordedRun, RunTrace, readTweaks } from "./flowRuns.ts";
import { FlowTestFile, FlowTestResult } from "./flowTests.ts";
import {
  FlowDiff,
  FlowFacts,
  LastRun,
  PushResult,
  RunFindings,
  RunResult,
  RunToRecord,
  TemplateFacts,
  TraceFacts,
} from "./flows.ts";
import { HealthRange, HealthReport, MachineSample } from "./health.ts";
import { LedgerEntry, LedgerSummary } from "./ledger.ts";
import { maxRecent } from "./limits.ts";
import { MeaningStatus } from "./meaning.ts";
import { Memory, MemoryExpiry, MemoryFlow, MemoryScope, MemoryTags, MemoryText } from "./memory.ts";
import { BroughtRepository, IngestedRepository } from "./repositories.ts";
import { FlowFields, FlowMatch, FlowTrigger, ServerFlowFacts } from "./serverFlows.ts";
import { Activity, LinkStatus } from "./status.ts";

/**
 * What a user can ask a server to do besides calling its tools. One definition serves the window, the command line and
 * the control API; src/server/operations has what each of them does. In VS Code they travel on the server's private
 * pipe: keys travel there and nowhere else.
 */
interface Contract<Params, Result> {
  readonly effect: "read" | "update" | "delete" | "run";
  /** Names become flags of the command line. Those that are `secret` or not a `flag` do not; a `file` is relative to where the command runs. */
  readonly params: z.ZodObject & z.ZodType<Params>;
  readonly result: z.ZodType<Result>;
}

const none = z.strictObject({});
const flow = z.strictObject({ flow: z.string().describe("Id or name of a flow, or the name of a pushed template") });

const trigger = z.strictObject({ id: z.string().describe("Of a trigger, as `flow triggers` shows it") });

const repository = z.string().min(1).max(100).describe("Name of the repository, as `ingest list` shows it");
const gitRef = z.string().min(1).max(300).describe("Branch, tag or whole commit id");

const dir = z.string().default("flows").describe("Folder of the flow files");
const overwrite = z.boolean().default(false).describe("Also over a change that the other side has");

const reviewed = z
  .string()
  .exactOptional()
  .meta({ flag: false })
  .describe("Fingerprint that a conflict gave: writes over the state that it described, and no other");

const contracts = {
  "link.status": { effect: "read", params: none, result: LinkStatus },
  "link.connect": {
    effect: "update",
    params: z.strictObject({
      url: z.string().describe("The address of Langflow, such as http://127.0.0.1:7860"),
      apiKey: z.string().exactOptional().meta({ secret: true }).describe("Without one Langflow's auto-login is tried"),
      user: z.string().exactOptional().describe("Name of a user of Langflow, instead of an API key"),
      password: z.string().exactOptional().meta({ secret: true }).describe("Of that user"),
      keyFile: z
        .string()
        .exactOptional()
        .meta({ file: true })
        .describe("A file with the API key, or with the password of the user, read by the server"),
    }),
    result: LinkStatus,
  },
  "link.register": { effect: "update", params: none, result: LinkStatus },
  "link.disconnect": {
    effect: "delete",
    params: none,
    result: z.object({
      removed: z.boolean().describe("False while another server of these folders has the registration"),
    }),
  },
  "environments.list": {
    effect: "read",
    params: none,
    result: z
      .array(
        z
          .object({
            name: z.string(),
            url: z.string(),
            keyVariable: z.string().exactOptional().describe("The environment variable with its API key"),
            isDefault: z.boolean(),
          })
          .readonly(),
      )
      .readonly()
      .describe("The named Langflow servers of .lfx/environments.yaml"),
  },
  "flows.list": { effect: "read", params: none, result: z.array(FlowFacts).readonly() },
  "flows.templates": { effect: "read", params: none, result: z.array(TemplateFacts).readonly() },
  "flows.push": {
    effect: "update",
    params: z.strictObject({
      template: z.string(),
      overwrite: z.boolean().default(false).describe("Replace what was changed in Langflow since the last push"),
      set: z.array(z.string()).default([]).describe("A parameter of the template as name=value; kept by later pushes"),
    }),
    result: PushResult,
  },
  "flows.pull": { effect: "read", params: flow, result: z.record(z.string(), z.unknown()).readonly() },
  "flows.diff": { effect: "read", params: z.strictObject({ template: z.string() }), result: FlowDiff },
  "flowFiles.status": { effect: "read", params: z.strictObject({ dir }), result: FlowFilesStatus },
  "flowFiles.pull": {
    effect: "update",
    params: z.strictObject({
      flows: z.array(z.string()).default([]).describe("Ids, names or files; all that changed in Langflow without any"),
      dir,
      overwrite,
      merge: z.boolean().default(false).describe("Keep both changes of a flow that both sides changed"),
      reviewed,
    }),
    result: z.array(WrittenFlow).readonly(),
  },
  "flowFiles.push": {
    effect: "update",
    params: z.strictObject({
      files: z.array(z.string()).default([]).describe("Paths; all that changed here without any"),
      dir,
      overwrite,
      reviewed,
    }),
    result: z.array(WrittenFlow).readonly(),
  },
  "flowFiles.diff": { effect: "read", params: z.strictObject({ file: z.string() }), result: FlowFileDiff },
  "flowFiles.check": {
    effect: "read",
    params: z.strictObject({
      files: z.array(z.string()).default([]).describe("Paths; all of the folder without any"),
      dir,
      sarif: z.boolean().default(false).describe("In the format that code hosts read, with lines and columns"),
      strict: z.boolean().default(false).describe("Warnings count as errors"),
    }),
    result: CheckedFlows,
  },
  "flowFiles.explain": { effect: "read", params: z.strictObject({ file: z.string() }), result: ExplainedFlow },
  "flowFiles.update": {
    effect: "update",
    params: z.strictObject({
      files: z.array(z.string()).default([]).describe("Paths; all of the folder without any"),
      dir,
      write: z.boolean().default(false).describe("Write the files; without, only what would be done"),
    }),
    result: z.array(UpdatedFlowFile).readonly(),
  },
  "flowFiles.python": {
    effect: "update",
    params: z.strictObject({
      files: z.array(z.string()).default([]).describe("Paths; all of the folder without any"),
      dir,
      make: z
        .boolean()
        .default(true)
        .meta({ flag: false })
        .describe("Make the Python files that edited and custom components lack"),
    }),
    result: z.array(PythonOfFlow).readonly(),
  },
  "flowFiles.readable": {
    effect: "read",
    params: z.strictObject({ left: z.string(), right: z.string() }),
    result: z
      .object({ left: z.string(), right: z.string() })
      .readonly()
      .describe("Two texts of flows for people who compare them: components, values, connections, then the canvas"),
  },
  "flowFiles.serverText": {
    effect: "read",
    params: z.strictObject({
      id: z.string(),
      like: z.string().exactOptional().describe("A file whose form of code the text gets: a text or a list of lines"),
    }),
    result: z.object({ text: z.string().describe("The flow of the server as its file would be") }),
  },
  "serverFlows.list": { effect: "read", params: none, result: z.array(ServerFlowFacts).readonly() },
  "serverFlows.find": {
    effect: "read",
    params: z.strictObject({ task: z.string().min(1).max(4_000).describe("What the flow is to do, in plain words") }),
    result: z.array(FlowMatch).readonly().describe("At most 10, best first; none where no word of a flow fits"),
  },
  "serverFlows.fields": {
    effect: "read",
    params: z.strictObject({ id: z.string().describe("Of a flow, as `flow list` shows it") }),
    result: z.array(FlowFields).readonly().describe("Of values that are secret or come from others, none"),
  },
  "serverFlows.triggers": {
    effect: "read",
    params: z.strictObject({ id: z.string().describe("Of a flow, as `flow list` shows it") }),
    result: z.object({
      triggers: z.array(FlowTrigger).readonly().exactOptional().describe("Absent when this Langflow has no triggers"),
    }),
  },
  "serverFlows.enableTrigger": { effect: "update", params: trigger, result: FlowTrigger },
  "serverFlows.disableTrigger": { effect: "update", params: trigger, result: FlowTrigger },
  "flowMoves.needs": { effect: "read", params: z.strictObject({ file: z.string() }), result: FlowNeeds },
  "flowMoves.promote": {
    effect: "update",
    params: z.strictObject({
      flow: z.string().describe("Id or name of a flow in the connected Langflow, or its file"),
      to: z.string().describe("Name of an environment"),
      apiKey: z.string().exactOptional().meta({ secret: true }).describe("Instead of the environment's variable"),
      toKeyFile: z.string().exactOptional().meta({ file: true }).describe("A file with the API key of the other side"),
      project: z.string().exactOptional().describe("Project there; without, the one of the same name as here"),
      map: z
        .array(z.string())
        .default([])
        .describe('What is called differently there, as KIND:NAME=NAME, such as "knowledge base:cellar=pantry"'),
      dryRun: z
        .boolean()
        .default(false)
        .describe("Only say what is missing there, what is carried over, and what would stop it"),
      withoutMissing: z.boolean().default(false).describe("Also when the other side lacks what the flow needs"),
      overwrite: z.boolean().default(false).describe("Also over a change that was made there"),
      reviewed: z
        .array(z.string())
        .default([])
        .meta({ flag: false })
        .describe("Fingerprints that conflicts gave: writes over the states that they described, and no other"),
    }),
    result: Promotion,
  },
  // The secret itself is in no parameter and no result.
  "flowSecrets.move": {
    effect: "update",
    params: z.strictObject({
      file: z.string(),
      node: z.string().describe("The id of a component"),
      field: z.string().describe("Its field with the secret"),
      name: z.string().describe("Of the global variable"),
      existing: z
        .boolean()
        .default(false)
        .describe("Use a variable of that name that is there, without its value changing"),
    }),
    result: MovedSecret,
  },
  ...componentContracts,
  ...flowChangeContracts,
  "runs.start": {
    effect: "run",
    params: flow.extend({
      yes: z
        .boolean()
        .default(false)
        .describe("Also when the run is estimated above the setting langflowConnect.cost.askAbove"),
    }),
    result: RunResult,
  },
  "flowRuns.run": {
    effect: "run",
    params: z
      .strictObject({
        flow: z.string().min(1).describe("Id or name of a flow of the connected Langflow, or its file"),
        input: z.string().exactOptional().describe("What the chat input gets"),
        inputFile: z.string().exactOptional().meta({ file: true }).describe("A text file with the input"),
        again: z.string().min(1).max(200).exactOptional().describe("An earlier run of the flow, whose inputs it gets"),
        file: z
          .array(z.string())
          .exactOptional()
          .meta({ file: true })
          .describe("Files that its chat input sends along; they are copied to Langflow"),
        tweaks: z
          .string()
          .refine(
            (text) => readTweaks(text) !== undefined,
            'JSON such as {"ChatInput-aB3dE": {"input_value": "Hello"}}',
          )
          .exactOptional()
          .describe('Values for this run, as JSON: {"COMPONENT": {"FIELD": value}}'),
        session: z.string().min(1).max(200).exactOptional().describe("Goes on with a conversation"),
        variables: z
          .string()
          .exactOptional()
          .meta({ file: true })
          .describe('A JSON file of global variables for this run: {"NAME": "value"}'),
        variableValues: z
          .record(z.string(), z.string())
          .exactOptional()
          .meta({ flag: false })
          .describe("The same, as values"),
        stream: z.boolean().default(false).describe("Print the answer while it comes"),
        background: z.boolean().default(false).describe("Start the run and end at once"),
        yes: z.boolean().default(false).describe("Also when the run is estimated above langflowConnect.cost.askAbove"),
        ask: z
          .boolean()
          .default(false)
          .meta({ flag: false })
          .describe("Wait where the run asks a person, until flowRuns.answer comes; without, it ends as waiting"),
      })
      .refine(
        ({ input, inputFile }) => input === undefined || inputFile === undefined,
        "input and inputFile exclude each other",
      )
      .refine(
        ({ again, ...given }) =>
          again === undefined ||
          [given.input, given.inputFile, given.tweaks, given.file].every((each) => each === undefined),
        "again excludes input, inputFile, tweaks and file",
      )
      .refine(({ stream, background }) => !stream || !background, "stream and background exclude each other")
      .refine(
        ({ background, variables }) => !background || variables === undefined,
        "variables and background exclude each other",
      ),
    result: FlowRunResult,
  },
  "flowRuns.answer": {
    effect: "run",
    params: z.strictObject({
      run: z.string().describe("A run of this server that waits"),
      action: z.string().describe("One of those that its question offers"),
    }),
    result: none,
  },
  "flowRuns.list": {
    effect: "read",
    params: z.strictObject({ flow: z.string().min(1).exactOptional().describe("Id, name or file; all flows without") }),
    result: z.array(RecordedRun).readonly().describe("The newest 50, the newest first"),
  },
  "flowRuns.trace": {
    effect: "read",
    params: z.strictObject({
      run: z.string().min(1).max(200).describe("Id of the run, or of its session"),
      values: z.boolean().default(false).describe("Also what each component got, gave and logged"),
    }),
    result: RunTrace,
  },
  "flowRuns.inputs": {
    effect: "read",
    params: z.strictObject({ run: z.string().min(1).max(200).describe("Id of the run") }),
    result: z.object({
      input: z.string().describe("What the chat input got, whole"),
      tweaks: z.string().describe('JSON, or ""; known of runs of this server alone'),
      files: z.array(z.string()).readonly().describe("Absolute paths; known of runs of this server alone"),
    }),
  },
  "flowTests.list": { effect: "read", params: z.strictObject({ dir }), result: z.array(FlowTestFile).readonly() },
  "flowTests.run": {
    effect: "run",
    params: z.strictObject({
      files: z.array(z.string()).default([]).describe("Paths; all of the folder `tests` of the flows without any"),
      dir,
      cases: z.array(z.string()).default([]).meta({ flag: false }).describe("Names of tests; all without any"),
      junit: z
        .string()
        .exactOptional()
        .meta({ file: true })
        .describe("A file for the results, as CI servers read them"),
      yes: z.boolean().default(false).describe("Also when a run is estimated above langflowConnect.cost.askAbove"),
    }),
    result: FlowTestResult,
  },
  // Between two servers of one workspace: Langflow calls one of them, and a run may be the other's.
  "runs.record": { effect: "read", params: RunToRecord, result: none },
  "runs.recorded": { effect: "read", params: RunToRecord.pick({ id: true }), result: RunFindings },
  "runs.last": {
    effect: "read",
    params: z.strictObject({ id: z.string().describe("Of a flow, as `flow list` shows it") }),
    result: z.object({
      run: LastRun.exactOptional().describe("Absent when the flow never ran, or this Langflow does not record runs"),
    }),
  },
  "runs.traces": { effect: "read", params: flow, result: z.array(TraceFacts).readonly() },
  "ledger.recent": {
    effect: "read",
    params: z.strictObject({ limit: z.int().min(1).max(maxRecent).default(50) }),
    result: z.array(Activity).readonly().describe("The newest first"),
  },
  "ledger.entry": {
    effect: "read",
    params: z.strictObject({ id: z.string().min(1).max(200).describe("Of a tool call or flow run") }),
    result: LedgerEntry,
  },
  "ledger.summary": {
    effect: "read",
    params: z.strictObject({ since: z.iso.datetime() }),
    result: LedgerSummary,
  },
  "alerts.list": { effect: "read", params: none, result: AlertList },
  "alerts.silence": {
    effect: "update",
    params: z.strictObject({
      id: z.string().describe("Of an alert, or the name of a rule"),
      minutes: z.int().min(0).max(43_200).describe("0 ends the silence"),
    }),
    result: AlertList,
  },
  "health.get": { effect: "read", params: none, result: HealthReport },
  "health.history": {
    effect: "read",
    params: z.strictObject({ range: HealthRange }),
    result: z.array(MachineSample).readonly().describe("The oldest first"),
  },
  "meaning.status": { effect: "read", params: none, result: MeaningStatus },
  "meaning.index": { effect: "run", params: none, result: MeaningStatus },
  "meaning.stop": { effect: "update", params: none, result: MeaningStatus },
  "meaning.clear": { effect: "delete", params: none, result: MeaningStatus },
  "memory.list": {
    effect: "read",
    params: z.strictObject({
      scope: MemoryScope.exactOptional().describe("workspace, flow or user"),
      query: z.string().min(1).max(1000).exactOptional().describe("Words, best match first"),
    }),
    result: z.array(Memory).readonly(),
  },
  "memory.add": {
    effect: "update",
    params: z.strictObject({
      text: MemoryText.describe("What to remember, at most 4,000 characters"),
      scope: MemoryScope.default("workspace").describe("workspace, flow or user"),
      flow: MemoryFlow.exactOptional().describe("Id or name, for the scope flow"),
      tag: MemoryTags.default([]).describe("A word to find it by"),
      expires: MemoryExpiry.exactOptional().describe("A time such as 12h or 30d"),
    }),
    result: z.object({ memory: Memory, renewed: z.boolean() }),
  },
  "memory.edit": {
    effect: "update",
    params: z.strictObject({
      id: z.string().min(1).max(64).describe("Of the memory"),
      text: MemoryText.exactOptional().describe("The new text, which is then yours"),
      tag: MemoryTags.exactOptional().describe("A word to find it by, instead of all it had"),
      expires: z
        .union([MemoryExpiry, z.literal("never")])
        .exactOptional()
        .describe("A time such as 12h or 30d from now, or never"),
    }),
    result: Memory,
  },
  "memory.remove": { effect: "delete", params: z.strictObject({ id: z.string().min(1).max(64) }), result: none },
  "memory.export": { effect: "read", params: none, result: z.array(Memory).readonly() },
  "repositories.ingest": {
    effect: "run",
    params: z.strictObject({
      url: z.string().min(1).max(2048).describe("https://…, or git@host:owner/name"),
      ref: gitRef.exactOptional(),
    }),
    result: BroughtRepository,
  },
  "repositories.list": { effect: "read", params: none, result: z.array(IngestedRepository).readonly() },
  "repositories.refresh": {
    effect: "run",
    params: z.strictObject({ name: repository, ref: gitRef.exactOptional() }),
    result: BroughtRepository,
  },
  "repositories.remove": {
    effect: "delete",
    params: z.strictObject({ name: repository }),
    result: z.object({ name: z.string() }),
  },
  "support.get": {
    effect: "read",
    params: none,
    result: z.object({
      log: z.array(z.string()).readonly().describe("The newest lines, the oldest of them first"),
      metrics: z.string().describe("As /metrics has them"),
    }),
  },
  "ledger.cost": { effect: "read", params: CostQuery, result: CostReport },
  "cost.estimate": {
    effect: "read",
    params: z.strictObject({
      flow: z.string().min(1).max(500).describe("Id or name of a flow, or its file"),
      input: z.string().max(1_000_000).exactOptional().describe("What the run would be given"),
    }),
    result: CostEstimate,
  },
  "cost.optimizations": {
    effect: "update",
    params: z.strictObject({
      apply: z.string().min(1).max(500).exactOptional().describe("Id of a suggestion to apply"),
      undo: z.string().min(1).max(500).exactOptional().describe("Id of an applied one to take back"),
    }),
    result: OptimizationReport,
  },
  "cost.forecast": { effect: "read", params: none, result: CostForecast },
  "prices.show": {
    effect: "read",
    params: z.strictObject({
      model: z.string().min(1).max(200).exactOptional().describe("All that flow runs have used without one"),
    }),
    result: PricesShown,
  },
  "prices.update": {
    effect: "update",
    params: z.strictObject({
      from: z.string().exactOptional().meta({ file: true }).describe("A file with the list, instead of a download"),
    }),
    result: PriceChanges,
  },
  "budgets.list": { effect: "read", params: none, result: z.array(BudgetState).readonly() },
  "budgets.set": {
    effect: "update",
    params: z.strictObject({
      name: Budget.unwrap().shape.name,
      limit: Budget.unwrap().shape.limit.describe("US dollars as a decimal, such as 2.50"),
      period: BudgetPeriod.describe("One of day, week, month"),
      scope: ScopeText.exactOptional().describe("Of the runs that count, as KIND=VALUE; all runs without"),
      hard: z.boolean().default(false).describe("Stop further runs once the limit is reached"),
    }),
    result: BudgetState,
  },
  "budgets.remove": {
    effect: "delete",
    params: z.strictObject({ name: z.string() }),
    result: none,
  },
  "endpoint.rotateToken": { effect: "update", params: none, result: none },
} as const;

export type OperationName = keyof typeof contracts;
export type ParamsOf<Name extends OperationName> = z.input<(typeof contracts)[Name]["params"]>;
export type CheckedParamsOf<Name extends OperationName> = z.output<(typeof contracts)[Name]["params"]>;
export type ResultOf<Name extends OperationName> = z.output<(typeof contracts)[Name]["result"]>;

export const operations: { readonly [Name in OperationName]: Contract<CheckedParamsOf<Name>, ResultOf<Name>> } =
  contracts;

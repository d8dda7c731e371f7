import type { Currency } from "../../protocol/currency.ts";
import { operations } from "../../protocol/operations.ts";
import type { CheckedParamsOf, OperationName, ResultOf } from "../../protocol/operations.ts";
import type { Budgets } from "../economy/budgets.ts";
import type { Estimates } from "../economy/estimates.ts";
import type { Optimizations } from "../economy/optimizations.ts";
import type { PriceUpdates } from "../economy/priceUpdates.ts";
import type { Ledger } from "../economy/types.ts";
import type { Alerts } from "../health/alerts.ts";
import type { Health } from "../health/health.ts";
import type { FlowChanges } from "../langflow/flowChanges.ts";
import type { FlowHistory } from "../langflow/flowHistory.ts";
import type { FlowCheck } from "../langflow/checkFiles.ts";
import type { Components } from "../langflow/components/components.ts";
import type { EnvironmentList } from "../langflow/environments/environments.ts";
import type { FlowFiles } from "../langflow/flowFiles.ts";
import type { LangflowFlows } from "../langflow/flows.ts";
import type { LangflowLink } from "../langflow/link.ts";
import type { ToolRecorder } from "../langflow/recorder.ts";
import type { FlowMoves } from "../langflow/moves/flowMoves.ts";
import type { PythonFiles } from "../langflow/pythonFiles.ts";
import type { FlowSecrets } from "../langflow/moves/flowSecrets.ts";
import type { FlowTests } from "../langflow/running/flowTests.ts";
import type { LangflowRuns } from "../langflow/runs.ts";
import type { ServerFlows } from "../langflow/serverFlows.ts";
import type { Memories } from "../memory/memory.ts";
import type { Repositories } from "../repositories/repositories.ts";
import type { Meaning } from "../vectors/meaning.ts";
import type { Caller } from "../platform/call.ts";

/** The services that an operation can need. */
export interface OperationServices {
  readonly link: LangflowLink;
  readonly environmentList: EnvironmentList;
  readonly flows: LangflowFlows;
  readonly flowFiles: FlowFiles;
  readonly pythonFiles: Pick<PythonFiles, "settle">;
  readonly serverFlows: ServerFlows;
  readonly flowMoves: FlowMoves;
  readonly flowChanges: FlowChanges;
  readonly flowHistory: FlowHistory;
  readonly flowCheck: FlowCheck;
  readonly flowSecrets: FlowSecrets;
  readonly runs: LangflowRuns;
  readonly flowTests: FlowTests;
  readonly ownComponents: Components;
  readonly ledger: Ledger;
  readonly priceUpdates: PriceUpdates;
  readonly estimates: Estimates;
  readonly optimizations: Optimizations;
  readonly memories: Memories;
  readonly repositories: Repositories;
  readonly meaning: Meaning;
  readonly alerts: Pick<Alerts, "list" | "silence">;
  readonly health: Pick<Health, "report" | "history">;
  readonly budgets: Pick<Budgets, "list" | "set" | "remove">;
  /** What Langflow asks of this server's tools, for the runs of the workspace's other servers. */
  readonly recorder: Pick<ToolRecorder, "start" | "findings">;
  /** What a support case needs of this process. */
  readonly support: { log(): readonly string[]; metrics(): string };
  readonly endpoint: {
    /** Old clients are refused from the next request on. */
    rotateToken(): Promise<void>;
  };
}

export interface OperationCall {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  progress(message: string): void;
  /** A part of the answer, as it comes; nobody reads it where this is left out. */
  text?(part: string): void;
}

/** `langflow-connect GROUP NAME [ARGUMENT]`; the other params are flags. */
export interface CommandLine<Result> {
  /** `langflow` when left out. */
  readonly group?: "langflow" | "flow" | "component" | "budget" | "prices" | "cost" | "memory" | "meaning" | "ingest";
  readonly name: string;
  /** The param that stands without a flag; one that is a list takes what is left of the line. */
  readonly argument?: string;
  /** A second param without a flag. */
  readonly second?: string;
  /** Needs no Langflow. */
  readonly offline?: boolean;
  /** Amounts in the currency. */
  show(result: Result, currency: Currency): string;
  /** What is printed below an answer that was printed while it came. */
  showAfterText?(result: Result, currency: Currency): string;
  /** What `--json` prints, where scripts rely on a form of its own. */
  json?(result: Result): unknown;
  /** The command ends with 1. */
  failed?(result: Result): boolean;
}

interface Definition<Name extends OperationName, Needs extends readonly (keyof OperationServices)[]> {
  /** The services that it gets, and no other. */
  readonly needs: Needs;
  readonly command?: CommandLine<ResultOf<Name>>;
  run(
    params: CheckedParamsOf<Name>,
    call: OperationCall,
    services: Pick<OperationServices, Needs[number]>,
  ): Promise<ResultOf<Name>> | ResultOf<Name>;
}

/** An operation as the faces see it: its own types are behind `run` and `show`. */
export interface Operation {
  readonly name: OperationName;
  readonly command?: CommandLine<unknown>;
  /** Fails with a ZodError when the params do not fit, and otherwise with ToolErrors. */
  run(params: unknown, call: OperationCall, services: OperationServices): Promise<unknown>;
}

export function defineOperation<Name extends OperationName, const Needs extends readonly (keyof OperationServices)[]>(
  name: Name,
  definition: Definition<Name, Needs>,
): Operation {
  const { params, result } = operations[name];
  const { command } = definition;
  return {
    name,
    ...(command && {
      command: {
        ...command,
        show: (answer: unknown, currency: Currency) => command.show(result.parse(answer), currency),
        showAfterText: (answer: unknown, currency: Currency) =>
          (command.showAfterText ?? command.show)(result.parse(answer), currency),
        json: (answer: unknown) => (command.json ? command.json(result.parse(answer)) : answer),
        failed: (answer: unknown) => command.failed?.(result.parse(answer)) ?? false,
      },
    }),
    run: async (given, call, services) => definition.run(params.parse(given), call, services),
  };
}

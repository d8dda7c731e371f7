import { createTracing, currentTrace } from "../platform/tracing.ts";
import type { Operation, OperationCall, OperationServices } from "./defineOperation.ts";
import { alertOperations } from "./alerts.ts";
import { budgetOperations } from "./budgets.ts";
import { componentOperations } from "./components.ts";
import { costOperations } from "./cost.ts";
import { endpointOperations } from "./endpoint.ts";
import { flowChangeOperations } from "./flowChanges.ts";
import { flowCheckOperations } from "./flowCheck.ts";
import { environmentOperations } from "./environments.ts";
import { flowFileOperations } from "./flowFiles.ts";
import { flowMoveOperations } from "./flowMoves.ts";
import { flowOperations } from "./flows.ts";
import { flowRunOperations } from "./flowRuns.ts";
import { flowSecretOperations } from "./flowSecrets.ts";
import { flowTestOperations } from "./flowTests.ts";
import { ledgerOperations } from "./ledger.ts";
import { linkOperations } from "./link.ts";
import { meaningOperations } from "./meaning.ts";
import { memoryOperations } from "./memory.ts";
import { priceOperations } from "./prices.ts";
import { repositoryOperations } from "./repositories.ts";
import { runOperations } from "./runs.ts";
import { serverFlowOperations } from "./serverFlows.ts";
import { supportOperations } from "./support.ts";

/** Every operation; those with a command line in the order of its help. */
export const allOperations: readonly Operation[] = [
  ...linkOperations,
  ...environmentOperations,
  ...flowOperations,
  ...serverFlowOperations,
  ...flowFileOperations,
  ...flowMoveOperations,
  ...flowChangeOperations,
  ...flowCheckOperations,
  ...flowSecretOperations,
  ...flowRunOperations,
  ...flowTestOperations,
  ...componentOperations,
  ...runOperations,
  ...ledgerOperations,
  ...alertOperations,
  ...budgetOperations,
  ...priceOperations,
  ...costOperations,
  ...meaningOperations,
  ...memoryOperations,
  ...repositoryOperations,
  ...supportOperations,
  ...endpointOperations,
];

/** Runs an operation by its name; undefined for a name that does not exist. */
export type RunOperation = (name: string, params: unknown, call: OperationCall) => Promise<unknown> | undefined;

/** Each is a span of the trace that asks for it; the panel's questions, which no command asks, begin none. */
export function createOperations(services: OperationServices, tracing = createTracing()): RunOperation {
  const byName = new Map<string, Operation>(allOperations.map((operation) => [operation.name, operation]));
  return (name, params, call) => {
    const operation = byName.get(name);
    if (!operation || !currentTrace()) return operation?.run(params, call, services);
    return tracing.span({ name: `operation ${name}`, kind: "server" }, () => operation.run(params, call, services));
  };
}

import { z } from "zod";
import { alerts, alertsUsage } from "./alerts.ts";
import { budget } from "./budget.ts";
import { call } from "./call.ts";
import { component } from "./component.ts";
import { cost, costUsage } from "./cost.ts";
import { docs, docsUsage } from "./docs.ts";
import { doctor } from "./doctor.ts";
import { environments } from "./environments.ts";
import { estimate, forecast, optimizations } from "./estimate.ts";
import { flow } from "./flow.ts";
import { health, healthUsage } from "./health.ts";
import { ingest, ingestUsage } from "./ingest.ts";
import { langflow } from "./langflow.ts";
import { gitUsage } from "./flowGit.ts";
import { componentUsage, flowUsage, langflowUsage } from "./langflowCommands.ts";
import { lsp } from "./lsp.ts";
import { meaning, meaningUsage } from "./meaning.ts";
import { memory, memoryUsage } from "./memory.ts";
import { UsageError, note, print } from "./options.ts";
import { prices } from "./prices.ts";
import { secrets, secretsUsage } from "./secrets.ts";
import { serve } from "./serve.ts";
import { serveFlagsUsage } from "./settings.ts";
import { stdio } from "./stdio.ts";
import { storage, storageUsage } from "./storage.ts";
import { support, supportUsage } from "./support.ts";
import { tools } from "./tools.ts";
import { BudgetScopeKind } from "../../protocol/budgets.ts";
import { CostKey } from "../../protocol/cost.ts";
import { ToolError } from "../platform/errors.ts";

const usage = `Usage:
  langflow-connect serve [--workspace DIR]… [--langflow URL [--user NAME] [--key-file FILE] [--run TEMPLATE [--yes]]] [--json]
                         ${serveFlagsUsage.join(" ")}
  langflow-connect stdio [--workspace DIR]…
  langflow-connect call TOOL ['{"json":"arguments"}'] [--workspace DIR]
  langflow-connect tools [--json]
  langflow-connect ${docsUsage}
  langflow-connect langflow COMMAND [--workspace DIR] [--json], where COMMAND is
${langflowUsage.map((line) => `    ${line}`).join("\n")}
  langflow-connect flow COMMAND [--workspace DIR] [--url URL | --env NAME] [--user NAME] [--key-file FILE] [--json], where COMMAND is
${[...flowUsage, ...gitUsage].map((line) => `    ${line}`).join("\n")}
  langflow-connect component COMMAND [--workspace DIR] [--url URL | --env NAME] [--user NAME] [--key-file FILE] [--json], where COMMAND is
${componentUsage.map((line) => `    ${line}`).join("\n")}
  langflow-connect environments [--workspace DIR] [--json]
  langflow-connect environments add NAME --url URL [--api-key-env VARIABLE] [--default] [--workspace DIR]
  langflow-connect environments remove NAME [--workspace DIR]
  langflow-connect ${healthUsage}
${alertsUsage.map((line) => `  langflow-connect ${line}`).join("\n")}
  langflow-connect ${costUsage}
    where KEY is ${CostKey.options.join(", ")}; the last 30 days by day without any
  langflow-connect budget list [--workspace DIR] [--json]
  langflow-connect budget set NAME --limit AMOUNT --period day|week|month [--scope KIND=VALUE] [--hard] [--workspace DIR] [--json]
    where KIND is ${BudgetScopeKind.options.join(", ")}; of a branch, the runs that began while it was checked out
  langflow-connect budget remove NAME [--workspace DIR] [--json]
  langflow-connect estimate FLOW [--input TEXT] [--workspace DIR] [--json]
  langflow-connect forecast [--workspace DIR] [--json]
  langflow-connect optimizations [--apply ID | --undo ID] [--workspace DIR] [--json]
  langflow-connect prices show [MODEL] [--workspace DIR] [--json]
  langflow-connect prices update [--from FILE] [--workspace DIR] [--json]
${memoryUsage.map((line) => `  langflow-connect ${line}`).join("\n")}
${ingestUsage.map((line) => `  langflow-connect ${line}`).join("\n")}
${meaningUsage.map((line) => `  langflow-connect ${line}`).join("\n")}
${secretsUsage.map((line) => `  langflow-connect ${line}`).join("\n")}
${storageUsage.map((line) => `  langflow-connect ${line}`).join("\n")}
  langflow-connect ${supportUsage}
  langflow-connect doctor [--url URL]
  serve, flow and doctor: [--ca-file FILE] [--client-cert FILE --client-key FILE] for a Langflow behind TLS`;

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  serve,
  stdio,
  call,
  tools,
  docs,
  langflow,
  flow,
  component,
  environments,
  health,
  alerts,
  cost,
  estimate,
  forecast,
  optimizations,
  budget,
  prices,
  memory,
  ingest,
  meaning,
  secrets,
  storage,
  support,
  doctor,
  lsp,
};

/** Exit codes: 0 done, 1 the work failed, 2 wrong use. Errors on stderr: what happened and what to do. */
export async function runCli(argv: readonly string[]): Promise<number> {
  const [name = "", ...args] = argv;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const help = name === "help" || argv.includes("--help") || argv.includes("-h");
  if (help) {
    print(usage);
    return 0;
  }
  if (!command) {
    note(usage);
    return 2;
  }
  try {
    return await command(args);
  } catch (error) {
    if (error instanceof UsageError) {
      note(error.message);
      return 2;
    }
    if (error instanceof z.ZodError) {
      note(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}.`).join("\n"));
      return 2;
    }
    if (!(error instanceof ToolError)) throw error;
    note(`${error.message} ${error.remedy}`);
    return 1;
  }
}

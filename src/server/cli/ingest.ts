import { ToolError } from "../platform/errors.ts";
import { ingestSubcommands } from "./langflowCommands.ts";
import { runGroup } from "./operationGroup.ts";
import { note } from "./options.ts";

export const ingestUsage = [
  "ingest URL [--ref REF] [--workspace DIR] [--json], where REF is a branch, a tag or a whole commit id",
  "ingest list [--workspace DIR] [--json]",
  "ingest refresh NAME [--ref REF] [--workspace DIR] [--json]",
  "ingest remove NAME [--workspace DIR] [--json]",
];

/** Other repositories, which tools read beside the workspace. */
export async function ingest(args: readonly string[]): Promise<number> {
  try {
    return await runGroup(args, {
      name: "ingest",
      subcommands: ingestSubcommands,
      unnamed: "url",
      usage: `Use: ${ingestUsage.join("\n     ")}`,
    });
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== "CANCELLED") throw error;
    note("Stopped: the same command goes on where it was.");
    return 1;
  }
}

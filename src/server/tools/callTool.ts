import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import { defineTool, lines } from "./runner/defineTool.ts";

export const callTool = defineTool({
  name: "call_tool",
  title: "Call a tool",
  toolset: "tools",
  effect: "delete",
  openWorld: true,
  description: lines(
    "Calls a tool of this server that is not in your list, by the name and with the arguments that search_tools gave.",
    "The answer, errors and confirmations are that tool's own.",
  ),
  needs: [],
  input: z.strictObject({
    name: z.string().min(1).max(128).describe("Name of the tool"),
    arguments: z.record(z.string(), z.unknown()).optional().describe("Its arguments"),
  }),
  output: z.looseObject({}).describe("What the tool answers"),
  example: { name: "git_operations", arguments: { operation: "status" } },
  // The runner calls the other tool instead, so that its row in the ledger, its policies and its errors are its own.
  redirect: ({ name, arguments: args = {} }) => ({ name, args }),
  handler() {
    throw new ToolError("INVALID_ARGUMENT", "call_tool cannot call itself.", "Give the name of another tool.");
  },
});

import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";

export const forget = defineTool({
  name: "forget",
  title: "Forget",
  toolset: "memory",
  effect: "delete",
  description: lines("Deletes one memory of this workspace or user for good.", "Use when it is wrong or out of date."),
  otherWords: "delete remove memory note erase",
  needs: ["memories"],
  input: z.strictObject({ id: z.string().min(1).max(64).describe("Of a memory, as recall shows it") }),
  output: z.object({ forgotten: z.string().describe("The id") }),
  example: { id: "(id of remember)" },
  async handler({ id }, { memories, caller }) {
    await memories.forget(id, caller.principal);
    return { forgotten: id };
  },
});

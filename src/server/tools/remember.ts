import { z } from "zod";
import { Memory, MemoryExpiry, MemoryFlow, MemoryScope, MemoryTags, MemoryText } from "../../protocol/memory.ts";
import { defineTool, lines } from "./runner/defineTool.ts";

export const remember = defineTool({
  name: "remember",
  title: "Remember",
  toolset: "memory",
  effect: "create",
  description: lines(
    "Keeps a fact for later agents: a decision, a convention, what failed and why.",
    "The same text in a scope is renewed. Texts with keys, tokens or passwords are refused.",
    "Returns the memory with its id.",
  ),
  otherWords: "save store note memorize write down keep later fact next",
  needs: ["memories"],
  input: z.strictObject({
    text: MemoryText.describe("One fact, at most 4,000 characters"),
    scope: MemoryScope.optional().describe(
      "Who sees it: this workspace (default), one flow of it, or the user everywhere",
    ),
    flow: MemoryFlow.optional().describe("Id or name, for the scope flow"),
    tags: MemoryTags.optional(),
    expires: MemoryExpiry.optional().describe("A time such as 12h or 30d; kept without end when left out"),
  }),
  output: z.object({
    memory: Memory.describe("As it is kept"),
    renewed: z.boolean().describe("It was there already"),
  }),
  example: { text: "Releases are made on Fridays.", tags: ["release"] },
  handler: (memory, { memories, caller, callId }) =>
    memories.remember(memory, { principal: caller.principal, client: caller.client, callId }),
});

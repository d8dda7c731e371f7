import { countTokens } from "../platform/tokens.ts";
import { allTools } from "../tools/index.ts";
import { defaultToolsets, toolsets } from "../tools/runner/toolsets.ts";
import { expectPositionals, parseOptions, print, shared } from "./options.ts";

/** Names, toolsets and what each costs a client that lists it. */
export async function tools(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { json: shared.json });
  expectPositionals(positionals, 0);
  const rows = await Promise.all(
    allTools.map(async (tool) => ({
      name: tool.name,
      toolset: tool.toolset,
      default: defaultToolsets.includes(tool.toolset),
      tokens: await countTokens(JSON.stringify(tool.listed)),
    })),
  );
  const sets = await Promise.all(
    Object.entries(toolsets).map(async ([name, { byDefault, tokens: budget }]) => {
      const listed = allTools.filter(({ toolset }) => toolset === name).map((tool) => tool.listed);
      const tokens = await countTokens(JSON.stringify({ tools: listed }));
      return { name, tools: listed.length, default: byDefault, tokens, budget };
    }),
  );
  const listed = allTools.filter((tool) => defaultToolsets.includes(tool.toolset)).map((tool) => tool.listed);
  const defaultTokens = await countTokens(JSON.stringify({ tools: listed }));
  if (values.json) {
    print(JSON.stringify({ tools: rows, toolsets: sets, defaultTokens }));
    return 0;
  }
  for (const row of rows) {
    print(`${row.name.padEnd(28)}${row.toolset.padEnd(12)}${String(row.tokens).padStart(5)} tokens`);
  }
  print("");
  for (const set of sets) {
    const tools = `${String(set.tools)} tool${set.tools === 1 ? "" : "s"}${set.default ? ", in the default list" : ""}`;
    print(`${set.name.padEnd(28)}${String(set.tokens).padStart(5)} tokens, ${tools}`);
  }
  print(`The default list: ${listed.length} tools, ${defaultTokens} tokens.`);
  print(
    "Beside them, each flow that is exposed in the connected Langflow is a tool: flow__NAME, of the toolset flows.",
  );
  return 0;
}

import { z } from "zod";
import type { SymbolFact } from "../analysis/typescript/answers.ts";
import { noteNotSent } from "../platform/notSent.ts";
import { countTokens } from "../platform/tokens.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { frameTokens, page } from "./support/page.ts";
import { InGenerated, Param, listFields } from "./support/params.ts";
import { existing, fileAndName } from "./support/symbolTarget.ts";

export const findSymbol = defineTool({
  name: "find_symbol",
  title: "Find symbol",
  toolset: "code",
  effect: "read",
  long: true,
  description: lines(
    "Finds TypeScript and JavaScript symbols by name, part of a name or name path (`Class/method`), best match first.",
    "Returns symbol, kind, path, line, column and signature; `closest` when nothing matches.",
  ),
  otherWords: "definition declaration declared defined go to locate where implementation",
  needs: ["workspace", "analysis"],
  input: z.strictObject({
    query: z.string().min(1).max(1024).describe("Name, part of it, `Class/method`, `file.ts#name` or `module.name`"),
    kinds: z.array(z.string().max(32)).max(20).optional().describe("Such as class, function, method, type, variable"),
    path: Param.path.optional(),
    include: z.array(z.enum(["body", "doc", "type"])).optional(),
    limit: Param.limit.optional(),
    cursor: Param.cursor.optional(),
    maxTokens: Param.maxTokens,
    wait: Param.wait.optional(),
  }),
  output: z.object({
    symbols: z
      .array(
        z.object({
          symbol: z.string().describe("The shortest name that other tools take for it"),
          kind: z.string(),
          path: z.string(),
          line: z.int(),
          column: z.int(),
          signature: z.string(),
          body: z.string().optional(),
          doc: z.string().optional(),
          type: z.string().optional(),
          cut: z.boolean().optional().describe("body and doc end early for the budget; read_file has the rest"),
        }),
      )
      .describe("Symbols that match, the best first"),
    closest: z.array(z.string()).optional().describe("Names that are near, when nothing matches"),
    inGenerated: InGenerated,
    ...listFields,
  }),
  example: { query: "Basket" },
  async handler(input, { workspace, analysis, signal, progress }) {
    const { kinds, path, include } = input;
    const { file, name: query } = await fileAndName(workspace, input.query);
    const scope = file ?? (path === undefined || path === "." ? undefined : await existing(workspace, path));
    const found = await analysis.symbols({ query, kinds, path: scope, include }, { signal, progress });
    const { symbols, total, inGenerated, closest, incomplete } = found;
    const cut = {
      path: path ?? ".",
      reason: `Only the best ${String(symbols.length)} of ${String(total)} are listed; narrow the query.`,
    };
    const { items, ...list } = await page({
      tool: "find_symbol",
      input,
      items: symbols,
      total,
      incomplete: symbols.length < total ? [cut, ...incomplete] : incomplete,
      defaultLimit: 30,
    });
    return {
      symbols: await fitting(items, input.maxTokens),
      ...(closest && { closest: [...closest] }),
      ...(inGenerated > 0 && { inGenerated }),
      ...list,
    };
  },
});

type Shown = SymbolFact & { cut?: boolean };

/** A page has one symbol at least, even a very large one: its texts are cut to the budget then. */
async function fitting(symbols: readonly SymbolFact[], maxTokens: number): Promise<Shown[]> {
  const [only, ...more] = symbols;
  if (!only || more.length > 0 || (await cost(only)) <= maxTokens - frameTokens) return [...symbols];
  const { body, doc, type, ...facts } = only;
  let room = maxTokens - frameTokens - (await cost(facts));
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries({ type, doc, body })) {
    if (text === undefined) continue;
    const kept = await start(text, room);
    texts[name] = kept;
    if (kept !== text) noteNotSent("budget", JSON.stringify(text.slice(kept.length)));
    room -= await cost({ [name]: texts[name] });
  }
  return [{ ...facts, ...texts, cut: true }];
}

/** As many whole lines of a text as fit. */
async function start(text: string, maxTokens: number): Promise<string> {
  let kept = text;
  for (let tokens = await cost(kept); kept !== "" && tokens > maxTokens; tokens = await cost(kept)) {
    const part = kept.slice(0, Math.max(0, Math.floor((kept.length * maxTokens * 0.95) / tokens)));
    kept = part.slice(0, Math.max(0, part.lastIndexOf("\n")));
  }
  return kept;
}

function cost(value: unknown): Promise<number> {
  return countTokens(JSON.stringify(value));
}

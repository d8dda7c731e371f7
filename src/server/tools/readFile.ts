import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import { countTokens } from "../platform/tokens.ts";
import { defineTool, lines } from "./defineTool.ts";
import { Param } from "./params.ts";

export const readFile = defineTool({
  name: "read_file",
  title: "Read file",
  toolset: "files",
  effect: "read",
  description: lines(
    "Reads a text file of the workspace; text typed in the editor and not saved wins over the disk (`unsaved: true`).",
    "Returns content, etag and lines; past the budget whole lines with `nextLine` and `complete: false`.",
  ),
  input: z.strictObject({
    path: Param.path,
    startLine: Param.line.optional(),
    endLine: Param.line.optional(),
    ifNoneMatch: z.string().max(64).optional().describe("etag already held: unchanged text is not sent again"),
    maxTokens: Param.maxTokens,
  }),
  output: z.object({
    content: z.string().optional(),
    etag: z.string(),
    lines: z.int(),
    unsaved: z.boolean(),
    unchanged: z.literal(true).optional(),
    nextLine: z.int().optional(),
    complete: z.boolean(),
  }),
  async handler({ path, startLine = 1, endLine, ifNoneMatch, maxTokens }, { workspace }) {
    const place = await workspace.resolve(path);
    if (!place.exists) throw new ToolError("NOT_FOUND", `${place.shown} does not exist.`, "Look with list_directory.");
    const { text, etag, unsaved } = await workspace.documents.read(place.absolute);
    const all = splitLines(text);
    const base = { etag, lines: all.length, unsaved };
    if (ifNoneMatch === etag) return { ...base, unchanged: true as const, complete: true };
    const wanted = all.slice(startLine - 1, endLine);
    const shown = await fitting(wanted, maxTokens);
    const left = wanted.length - shown;
    return {
      ...base,
      content: wanted.slice(0, shown).join(""),
      ...(left > 0 && { nextLine: startLine + shown }),
      complete: left === 0,
    };
  },
});

/** Lines with their own line endings, so that joining them gives the text back. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** How many whole lines fit; at least one, so that a caller always gets on. */
async function fitting(wanted: readonly string[], maxTokens: number): Promise<number> {
  let tokens = 60;
  for (const [index, line] of wanted.entries()) {
    tokens += await countTokens(JSON.stringify(line));
    if (tokens > maxTokens && index > 0) return index;
  }
  return wanted.length;
}

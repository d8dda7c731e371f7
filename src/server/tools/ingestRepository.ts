import { z } from "zod";
import { IngestedRepository } from "../../protocol/repositories.ts";
import { ToolError } from "../platform/errors.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";

export const ingestRepository = defineTool({
  name: "ingest_repository",
  title: "Ingest repository",
  toolset: "git",
  effect: "run",
  long: true,
  description: lines(
    "Clones another git repository, such as the source of a library on GitHub, next to the workspace, read-only and without history, so that every other tool can read, search and analyze it:",
    "paths in it begin with its name, as in @viem/src/index.ts. The same URL again refreshes it; `list` and `remove` name what is there.",
  ),
  otherWords: "clone download checkout fork upstream other project open source library GitHub compare",
  needs: ["repositories"],
  input: z.strictObject({
    operation: z.enum(["ingest", "list", "remove"]).default("ingest"),
    url: z.string().min(1).max(2048).optional().describe("ingest: https://…, or git@host:owner/name"),
    ref: z.string().min(1).max(300).optional().describe("ingest: branch, tag or whole commit id"),
    name: z.string().min(1).max(100).optional().describe("remove: its name"),
    wait: Param.wait.optional(),
  }),
  output: z.object({
    repositories: z.array(IngestedRepository).optional().describe("list: what is there, by name"),
    ...IngestedRepository.partial().shape,
    changed: z.boolean().optional().describe("false: it was up to date"),
    removed: z.string().optional().describe("remove: the name of what is gone"),
  }),
  example: { operation: "ingest", url: "https://github.com/sindresorhus/ky" },
  async handler({ operation, url, ref, name }, { repositories, signal, progress }) {
    switch (operation) {
      case "list":
        return { repositories: [...(await repositories.list())] };
      case "remove":
        return { removed: (await repositories.remove(needed(name, "name", operation), signal)).name };
      case "ingest":
        return repositories.ingest({ url: needed(url, "url", operation), ref, signal, progress });
    }
  },
});

function needed(value: string | undefined, name: string, operation: string): string {
  if (value !== undefined) return value;
  throw new ToolError("INVALID_ARGUMENT", `${operation} needs ${name}.`, "Give it.");
}

// TypeDoc, beside which generated documentation is judged.
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { cleanEnv, run } from "./cache.mjs";
import { realParts } from "./realParts.ts";

const Named = z.object({ name: z.string(), kind: z.string(), comment: z.string() });
const Name = Named.extend({
  isReference: z.boolean(),
  members: z.array(Named),
  get names() {
    return z.array(Name);
  },
});
const Modules = z.array(z.object({ path: z.string(), name: z.string(), names: z.array(Name) }));

export type TypedocName = z.infer<typeof Name>;
export type TypedocModule = z.infer<typeof Modules>[number];

/** What TypeDoc's model has of these files. */
export async function typedocModules({
  folder,
  scratch,
  files,
}: {
  readonly folder: string;
  /** For what is handed over. */
  readonly scratch: string;
  readonly files: readonly string[];
}): Promise<TypedocModule[]> {
  const { documentation } = realParts();
  if (!documentation.present) throw new Error(`TypeDoc is not installed: ${documentation.install}`);
  const request = path.join(scratch, "typedoc-request.json");
  const answer = path.join(scratch, "typedoc-answer.json");
  // Files that the folder's own configuration has not are documented too.
  const tsconfig = path.join(folder, "tsconfig.compared.json");
  const absolute = files.map((file) => path.join(folder, file));
  const allowJs = files.some((file) => /\.[cm]?jsx?$/.test(file)) && { compilerOptions: { allowJs: true } };
  await writeFile(tsconfig, JSON.stringify({ extends: "./tsconfig.json", files, ...allowJs }));
  await writeFile(request, JSON.stringify({ typedoc: documentation.typedoc, folder, tsconfig, files: absolute }));
  const script = path.join(import.meta.dirname, "typedocNames.mjs");
  const args = ["--max-old-space-size=6000", script, request, answer];
  await run(process.execPath, args, { timeoutMs: 40 * 60_000, cwd: folder, env: cleanEnv() });
  await rm(tsconfig);
  return Modules.parse(JSON.parse(await readFile(answer, "utf8")));
}

// Started as a process of its own with a folder: requires the package that is there and prints what its own modules have as
// properties of `module.exports`. What is not CommonJS, or not installed, has none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { z } from "zod";

const Required = z.array(z.object({ path: z.string(), names: z.array(z.string()) }));
export type RequiredModule = z.infer<typeof Required>[number];

const self = fileURLToPath(import.meta.url);
const [script, root] = process.argv.slice(1);
if (script === self && root !== undefined) console.log(JSON.stringify(required(root)));

function required(folder: string): RequiredModule[] {
  const require = createRequire(pathToFileURL(path.join(folder, "package.json")));
  require(folder);
  return Object.entries(require.cache).flatMap(([file, loaded]) => {
    if (!file.startsWith(`${folder}/`) || file.includes("/node_modules/") || !/\.c?js$/.test(file)) return [];
    const value: unknown = loaded?.exports;
    const hasNames = typeof value === "function" || (typeof value === "object" && value !== null);
    return [{ path: path.relative(folder, file), names: hasNames ? Object.keys(value) : [] }];
  });
}

export function namesAtRunTime(folder: string): RequiredModule[] {
  if (!existsSync(path.join(folder, "node_modules")) || !existsSync(path.join(folder, "index.js"))) return [];
  const { stdout, status } = spawnSync(process.execPath, [self, folder], { encoding: "utf8", timeout: 60_000 });
  return status === 0 ? Required.parse(JSON.parse(stdout)) : [];
}

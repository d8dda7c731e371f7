// npm run package: builds and packs the extension as langflow-connect-VERSION.vsix; prints its path and size.
//   npm run package -- --out FILE    another location
//   npm run package -- --built       packs dist/ as it is, for tests that run beside others
// What .vscodeignore lets in is copied to a folder of its own first: vsce refuses that file beside the "files" npm needs, and
// scripts and development dependencies have no business in an installed manifest.
import { spawn } from "node:child_process";
import { cp, glob, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createVSIX } from "@vscode/vsce";
import { z } from "zod";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const limit = 15 * 1024 * 1024;
const packed = (await readFile(path.join(root, ".vscodeignore"), "utf8"))
  .split("\n")
  .filter((line) => line.startsWith("!"))
  .map((line) => line.slice(1));
const {
  scripts: _scripts,
  devDependencies: _devDependencies,
  files: _files,
  bin: _bin,
  ...manifest
} = z.looseObject({ version: z.string() }).parse(JSON.parse(await readFile(path.join(root, "package.json"), "utf8")));
const { values } = parseArgs({
  options: {
    out: { type: "string", default: `langflow-connect-${manifest.version}.vsix` },
    built: { type: "boolean", default: false },
  },
});
const out = path.resolve(values.out);
const stage = await mkdtemp(path.join(tmpdir(), "lfc-vsix-"));
try {
  if (!values.built) await build();
  for await (const file of glob(packed, { cwd: root })) {
    await cp(path.join(root, file), path.join(stage, file));
  }
  await writeFile(path.join(stage, "package.json"), JSON.stringify(manifest, undefined, 2));
  await mkdir(path.dirname(out), { recursive: true });
  // Dependencies are bundled; links stay as written since no repository address is known.
  await createVSIX({
    cwd: stage,
    packagePath: out,
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
} finally {
  await rm(stage, { recursive: true, force: true });
}
const { size } = await stat(out);
console.log(`${out} ${(size / 1024 / 1024).toFixed(1)} MB`);
if (size > limit) throw new Error(`The package is larger than ${limit / 1024 / 1024} MB.`);

function build(): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, ["esbuild.mjs"], { cwd: root, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error("The build failed."));
    });
  });
}

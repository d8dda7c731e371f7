// Bundles each side: extension as CJS (VS Code loads it with require), server and workers as ESM, panel for the browser.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { getLibFiles } from "@ts-morph/common";
import * as esbuild from "esbuild";
import { z } from "zod";

const watch = process.argv.includes("--watch");
const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile("package.json", "utf8")));

/** Bundled CommonJS packages still call require and read __dirname. */
const esmBanner =
  "import { createRequire as lfcRequire } from 'node:module';" +
  "const require = lfcRequire(import.meta.url);" +
  "const __filename = import.meta.filename, __dirname = import.meta.dirname;";

/** @satisfies {esbuild.BuildOptions} */
const common = {
  bundle: true,
  minify: !watch,
  keepNames: true,
  sourcemap: "linked",
  legalComments: "none",
  logLevel: "warning",
  define: { LFC_VERSION: JSON.stringify(version) },
};

/**
 * The language client and zod are most of the extension's code: files of their own, read after activation.
 * @type {esbuild.Plugin}
 */
const lazyFiles = {
  name: "lazy-files",
  setup(build) {
    build.onResolve(
      { filter: /\/(launch|panel|graphEditor|playgroundPanel|chatParticipant|componentCommands|flowRunCommands)\.ts$/ },
      ({ kind, path }) =>
        kind === "dynamic-import"
          ? { path: `./${path.split("/").at(-1)?.replace(".ts", ".cjs")}`, external: true }
          : undefined,
    );
  },
};

/**
 * The tokens of o200k_base as bytes beside the bundle: as code they are compiled in each thread that counts tokens.
 * @type {esbuild.Plugin}
 */
const tokenTable = {
  name: "token-table",
  setup(build) {
    build.onLoad({ filter: /o200k[\\/]table\.ts$/ }, async () => {
      const { default: packed } = await import("./src/server/platform/o200k/table.ts");
      await mkdir("dist/server", { recursive: true });
      await writeFile("dist/server/o200k_base.bin", packed);
      const file = 'new URL("./o200k_base.bin", import.meta.url)';
      return { contents: `import { readFileSync } from "node:fs"; export default readFileSync(${file});` };
    });
  },
};

/**
 * The compiler as a file of its own, minified: two threads keep its text in memory, 4 MB instead of 10. Of ts-morph nothing
 * else is used but the library files, which only one of the threads reads.
 * @type {esbuild.Plugin}
 */
const compiler = {
  name: "compiler",
  setup(build) {
    build.onResolve({ filter: /^ts-morph$/ }, () => ({ path: "./typescript.mjs", external: true }));
    build.onLoad({ filter: /@ts-morph[\\/]common[\\/]dist[\\/]ts-morph-common\.js$/ }, async () => {
      await mkdir("dist/server", { recursive: true });
      await writeFile("dist/server/typescriptLib.json", JSON.stringify(getLibFiles()));
      const file = 'new URL("./typescriptLib.json", import.meta.url)';
      return {
        contents: `import { readFileSync } from "node:fs"; export const getLibFiles = () => JSON.parse(readFileSync(${file}, "utf8"));`,
      };
    });
  },
};

/** @type {esbuild.BuildOptions[]} */
const builds = [
  {
    ...common,
    stdin: {
      contents: 'export { default as ts } from "@ts-morph/common/dist/typescript.js";',
      resolveDir: import.meta.dirname,
    },
    outfile: "dist/server/typescript.mjs",
    platform: "node",
    format: "esm",
    target: "node22",
    banner: { js: esmBanner },
    // Keeping names costs a call for every function that is made: 13 % of the compiler's time.
    keepNames: false,
    sourcemap: watch ? "linked" : "external",
  },
  {
    ...common,
    entryPoints: {
      main: "src/server/main.ts",
      analysisWorker: "src/server/analysis/worker.ts",
      ledgerWorker: "src/server/economy/worker.ts",
      searchWorker: "src/server/workspace/search/worker.ts",
      webWorker: "src/server/web/worker.ts",
      vectorWorker: "src/server/vectors/store/worker.ts",
    },
    outdir: "dist/server",
    platform: "node",
    format: "esm",
    target: "node22",
    splitting: true,
    // Beside the entry points: code in any chunk finds the worker as "./analysisWorker.mjs".
    chunkNames: "[name]-[hash]",
    outExtension: { ".js": ".mjs" },
    banner: { js: esmBanner },
    // Not minified: a stack in a user's log names our lines, and coverage of the bundle maps back to the sources.
    minify: false,
    keepNames: false,
    // A file that names its map has Node write the whole map beside the counts of each process: 7 GB in one run of the tests.
    sourcemap: watch ? "linked" : "external",
    plugins: [tokenTable, compiler],
  },
  {
    ...common,
    entryPoints: {
      main: "src/extension/main.ts",
      launch: "src/extension/server/launch.ts",
      panel: "src/protocol/panel.ts",
      graphEditor: "src/extension/features/flowGraph/graphEditor.ts",
      playgroundPanel: "src/extension/features/playground/playgroundPanel.ts",
      chatParticipant: "src/extension/features/chat/chatParticipant.ts",
      componentCommands: "src/extension/features/components/componentCommands.ts",
      flowRunCommands: "src/extension/features/flowRuns/flowRunCommands.ts",
    },
    outdir: "dist/extension",
    platform: "node",
    format: "cjs",
    target: "node22",
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
    banner: { js: "const LFC_LOADED = performance.now();" },
    plugins: [lazyFiles],
  },
  {
    ...common,
    entryPoints: {
      panel: "src/webview/main.tsx",
      flowGraph: "src/webview/flowGraph/main.tsx",
      playground: "src/webview/playground/main.tsx",
    },
    outdir: "media",
    platform: "browser",
    format: "iife",
    target: "chrome132",
    jsx: "automatic",
    sourcemap: false,
    define: { ...common.define, "process.env.NODE_ENV": '"production"' },
  },
];

/** The grammars that analysis/syntax/treeSitter.ts loads, beside the worker. */
const grammars = ["python", "go", "java", "rust", "c-sharp", "ruby", "php", "cpp"];

async function copyGrammars() {
  const from = path.dirname(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm"));
  const files = ["tree-sitter.wasm", ...grammars.map((name) => `tree-sitter-${name}.wasm`)];
  await mkdir("dist/server/grammars", { recursive: true });
  await Promise.all(files.map((file) => copyFile(path.join(from, file), path.join("dist/server/grammars", file))));
}

await rm("dist", { recursive: true, force: true });
await copyGrammars();
if (watch) {
  for (const options of builds) await (await esbuild.context(options)).watch();
} else {
  await Promise.all(builds.map((options) => esbuild.build(options)));
}
await mkdir("dist/server", { recursive: true });
await copyFile("node_modules/sql.js/dist/sql-wasm.wasm", "dist/server/sql-wasm.wasm");

// Installs the tests' real counterparts (VS Code, Langflow, the MCP conformance suite, the OpenTelemetry collector, TypeDoc and Mermaid, test runners, public packages) into the cache outside the repository.
//   npm run setup:real                       all of them
//   npm run setup:real -- langflow           one; names: vscode langflow conformance collector documentation runners packages
//   npm run setup:real -- --apt              lets it install missing Debian packages too (so does CI=true)
// What is complete is skipped; what was interrupted is done again.
import { appendFileSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir, cleanEnv, ensureNode, installNpm, run, withLock } from "./lib/cache.mjs";
import {
  CODE_SERVER_VERSION,
  COLLECTOR_VERSION,
  CONFORMANCE_VERSIONS,
  DOCUMENTATION_PACKAGES,
  LANGFLOW_OPENAI,
  LANGFLOW_REQUIREMENTS,
  LANGFLOW_VERSIONS,
  RUNNER_PACKAGES,
  STAMP,
  STARTER_PACKAGES,
  findChromium,
  findInPath,
  langflowFolder,
  node24,
  readStamp,
  realParts,
  venvCommand,
} from "./lib/realParts.ts";
import { hasSubject, subjectNames } from "./lib/subjectFolders.ts";

interface Step {
  folder: string;
  spec: string;
  timeoutMs: number;
  install: (logFile: string) => Promise<void>;
}

const MINUTE = 60_000;
const UV_VERSION = "0.13.8";
const PYTHONS = ["python3.11", "python3.12", "python3.13", "python3.10", "python3", "python"];
// code-server compiles native modules against these; chromium drives the page.
const VSCODE_DEBIAN = ["libkrb5-dev", "libx11-dev", "libxkbfile-dev", "libsecret-1-dev", "pkg-config"];

const NAMES = ["vscode", "langflow", "conformance", "collector", "documentation", "runners", "packages"] as const;
const parts: Record<(typeof NAMES)[number], (mayUseApt: boolean) => Promise<void>> = {
  vscode: setUpVsCode,
  langflow: setUpLangflow,
  conformance: setUpConformance,
  collector: setUpCollector,
  documentation: () => setUpTogether("documentation", DOCUMENTATION_PACKAGES),
  runners: () => setUpTogether("runners", RUNNER_PACKAGES),
  packages: setUpPackages,
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main(args: string[]) {
  const wanted = args.filter((arg) => arg !== "--apt");
  const unknown = wanted.filter((arg) => !NAMES.some((name) => name === arg));
  if (unknown.length > 0)
    throw new Error(`unknown: ${unknown.join(" ")}. Names are ${NAMES.join(", ")}; the only option is --apt.`);
  const mayUseApt = args.includes("--apt") || process.env["CI"] === "true";
  const failures: string[] = [];
  await withLock("setup-real", async () => {
    for (const name of NAMES) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      try {
        await parts[name](mayUseApt);
      } catch (error) {
        // One part's lack must not keep the others from a developer.
        failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  });
  if (failures.length > 0) throw new Error(failures.join("\n"));
}

async function setUpVsCode(mayUseApt: boolean) {
  if (realParts().vscode.present) return console.log(`vscode: code-server ${CODE_SERVER_VERSION} is there`);
  await needDebian(vsCodeDebianPackages(), mayUseApt);
  if (!findChromium()) throw new Error("no Chromium or Chrome found: install one, or name it in LFC_CHROMIUM");
  const folder = join(cacheDir(), `code-server-${CODE_SERVER_VERSION}`);
  const node = await needNode24();
  await step(`vscode: code-server ${CODE_SERVER_VERSION}`, {
    folder,
    spec: `code-server@${CODE_SERVER_VERSION}`,
    timeoutMs: 15 * MINUTE,
    install: (logFile) =>
      installNpm({
        packages: { "code-server": CODE_SERVER_VERSION },
        folder,
        timeoutMs: 15 * MINUTE,
        allowScripts: ["code-server", "argon2"],
        // Its modules must be compiled against this Node's headers: a machine's own setting may point at another Node's.
        env: { ...cleanEnv(dirname(node.path)), npm_config_nodedir: node.home },
        logFile,
        verify: async (temporary) => {
          const server = join(temporary, "node_modules", "code-server", "lib", "vscode", "out", "server-main.js");
          await run(node.path, [server, "--version"], { timeoutMs: MINUTE });
        },
      }),
  });
}

async function setUpLangflow(mayUseApt: boolean) {
  const known = realParts().langflow.versions;
  const missing = LANGFLOW_VERSIONS.filter((version) => !known[version].present);
  for (const version of LANGFLOW_VERSIONS) if (!missing.includes(version)) console.log(`langflow: ${version} is there`);
  const { starters, openai } = realParts().langflow;
  if (starters.present) console.log("langflow: flows of older versions are there");
  if (openai.present) console.log(`langflow: ${LANGFLOW_OPENAI} is there`);
  if (missing.length === 0 && starters.present && openai.present) return;
  const python = await findPython();
  const uv = await ensureUv(python, mayUseApt);
  for (const version of missing) {
    const folder = langflowFolder(version);
    const requirements = LANGFLOW_REQUIREMENTS[version];
    await step(`langflow: ${requirements.join(" ")} on ${python}`, {
      folder,
      spec: requirements.join(" "),
      timeoutMs: 15 * MINUTE,
      install: async (logFile) => {
        // Made where it stays: its scripts contain absolute paths, so a rename would break them. The stamp says whether it is complete.
        const env = { ...cleanEnv(), UV_PYTHON_DOWNLOADS: "never" };
        const pythonInside = venvCommand(folder, "python");
        await run(uv, ["venv", "--quiet", "--python", python, folder], { timeoutMs: 2 * MINUTE, env, logFile });
        await run(uv, ["pip", "install", "--quiet", "--python", pythonInside, ...requirements], {
          timeoutMs: 15 * MINUTE,
          env,
          logFile,
        });
      },
    });
  }
  if (!starters.present) await setUpStarters({ python, uv, folder: starters.folder });
  if (!openai.present) await setUpOpenAi(uv, openai.folder);
}

/** In a folder of its own, so that the tests of a bare Langflow have one. All that it needs is in Langflow already. */
async function setUpOpenAi(uv: string, folder: string) {
  await step(`langflow: ${LANGFLOW_OPENAI}`, {
    folder,
    spec: LANGFLOW_OPENAI,
    timeoutMs: 5 * MINUTE,
    install: async (logFile) => {
      const python = venvCommand(langflowFolder("1.13.0"), "python");
      const args = ["--quiet", "--no-deps", "--python", python, "--target", folder, LANGFLOW_OPENAI];
      await run(uv, ["pip", "install", ...args], { timeoutMs: 5 * MINUTE, logFile });
    },
  });
}

/**
 * The flows that older versions of Langflow ship, one folder for each. Their packages are unpacked, not installed,
 * and all else of them is removed again: 50 of 450 MB stay.
 */
async function setUpStarters({ python, uv, folder }: { python: string; uv: string; folder: string }) {
  const packages = [...STARTER_PACKAGES].map(([version, base]) => ({ version, spec: `langflow-base==${base}` }));
  await step(`langflow: flows of ${[...STARTER_PACKAGES.keys()].join(", ")}`, {
    folder,
    spec: packages.map(({ spec }) => spec).join(" "),
    timeoutMs: 10 * MINUTE,
    install: async (logFile) => {
      for (const { version, spec } of packages) {
        const unpacked = join(folder, "unpacked");
        // The oldest refuse a newer Python, which does not matter here: nothing of them is run.
        const args = ["--quiet", "--no-deps", "--no-cache", "--python", python, "--python-version", "3.11"];
        await run(uv, ["pip", "install", ...args, "--target", unpacked, spec], { timeoutMs: 5 * MINUTE, logFile });
        cpSync(join(unpacked, "langflow", "initial_setup", "starter_projects"), join(folder, version), {
          recursive: true,
          filter: (source) => !/\.pyc?$|__pycache__$/.test(source),
        });
        rmSync(unpacked, { recursive: true, force: true });
      }
    },
  });
}

/** Needs the project's own dependencies: each package is checked once with its TypeScript. */
async function setUpPackages() {
  const { subject } = await import("./lib/subjects.ts").catch((error: unknown) => {
    throw new Error("the project's dependencies are missing: run npm ci first", { cause: error });
  });
  for (const name of subjectNames) {
    if (hasSubject(name)) console.log(`packages: ${name} is there`);
    else await subject(name, (line) => console.log(`packages: ${line}`));
  }
}

async function setUpConformance() {
  const known = realParts().conformance.versions;
  await needNode24();
  for (const version of CONFORMANCE_VERSIONS) {
    if (known[version].present) {
      console.log(`conformance: ${version} is there`);
      continue;
    }
    const folder = known[version].folder;
    await step(`conformance: @modelcontextprotocol/conformance ${version}`, {
      folder,
      spec: `@modelcontextprotocol/conformance@${version}`,
      timeoutMs: 5 * MINUTE,
      install: (logFile) =>
        installNpm({
          packages: { "@modelcontextprotocol/conformance": version },
          folder,
          timeoutMs: 5 * MINUTE,
          logFile,
        }),
    });
  }
}

/** Packages of npm in one folder. */
async function setUpTogether(name: "documentation" | "runners", packages: Readonly<Record<string, string>>) {
  const { present, folder } = realParts()[name];
  const specs = Object.entries(packages).map(([each, version]) => `${each}@${version}`);
  const spec = specs.join(" ");
  if (present) return console.log(`${name}: ${specs.join(", ")} are there`);
  await needNode24();
  await step(`${name}: ${spec}`, {
    folder,
    spec,
    timeoutMs: 5 * MINUTE,
    install: (logFile) => installNpm({ packages, folder, timeoutMs: 5 * MINUTE, logFile }),
  });
}

/** Its releases come as files of a site that not every machine reaches; its source comes from the Go module proxy. */
async function setUpCollector() {
  const { present, folder, command } = realParts().collector;
  if (present) return console.log(`collector: OpenTelemetry collector ${COLLECTOR_VERSION} is there`);
  if (!findInPath("go")) throw new Error("no Go found: install Go 1.26 or newer");
  await step(`collector: OpenTelemetry collector ${COLLECTOR_VERSION}`, {
    folder,
    spec: `go.opentelemetry.io/collector/otelcol@v${COLLECTOR_VERSION}`,
    timeoutMs: 15 * MINUTE,
    install: async (logFile) => {
      const source = join(import.meta.dirname, "collector");
      const args = ["build", "-C", source, "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", command, "."];
      await run("go", args, { timeoutMs: 15 * MINUTE, logFile });
    },
  });
}

/** Does one install whose result is complete only once its stamp is written. */
async function step(title: string, what: Step) {
  rmSync(what.folder, { recursive: true, force: true });
  const logFile = join(cacheDir(), "logs", `${what.folder.slice(cacheDir().length + 1)}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  writeFileSync(logFile, `${title}\n`);
  console.log(`${title} → ${what.folder} (at most ${what.timeoutMs / MINUTE} min, log ${logFile})`);
  const start = performance.now();
  await what.install(logFile);
  const seconds = Math.round((performance.now() - start) / 1000);
  const megabytes = Math.round(sizeOf(what.folder) / 1e6);
  writeFileSync(
    join(what.folder, STAMP),
    JSON.stringify({ spec: what.spec, folder: what.folder, seconds, megabytes, at: new Date().toISOString() }),
  );
  appendFileSync(logFile, `done in ${seconds} s, ${megabytes} MB\n`);
  console.log(`  done in ${seconds} s, ${megabytes} MB`);
}

async function needNode24(): Promise<{ path: string; home: string }> {
  const installed = await ensureNode(console.log);
  if (installed) return installed;
  const path = node24();
  if (path) return { path, home: dirname(dirname(path)) };
  throw new Error(`npm has no Node 24 for ${process.platform}-${process.arch}: install Node 24 and run this with it`);
}

/**
 * uv in a folder of its own: it installs Langflow's 300 packages in seconds where pip takes minutes.
 * @returns its command
 */
async function ensureUv(python: string, mayUseApt: boolean): Promise<string> {
  const folder = join(cacheDir(), `uv-${UV_VERSION}`);
  const spec = `uv==${UV_VERSION}`;
  const asVenv = venvCommand(folder, "uv");
  const stamp = readStamp(folder);
  if (stamp?.spec === spec && stamp.folder === folder && existsSync(asVenv)) return asVenv;
  await step(`langflow: ${spec} from PyPI`, {
    folder,
    spec,
    timeoutMs: 5 * MINUTE,
    install: async (logFile) => {
      // Debian's Python comes without the module that makes environments; with pip alone a plain folder does as well.
      if (await hasModules(python, ["venv", "ensurepip"])) {
        await run(python, ["-m", "venv", folder], { timeoutMs: 2 * MINUTE, logFile });
        await run(venvCommand(folder, "python"), ["-m", "pip", "install", "--quiet", spec], {
          timeoutMs: 5 * MINUTE,
          logFile,
        });
      } else if (await hasModules(python, ["pip"])) {
        await run(python, ["-m", "pip", "install", "--quiet", "--target", folder, spec], {
          timeoutMs: 5 * MINUTE,
          logFile,
        });
      } else {
        await needDebian(["python3-venv"], mayUseApt);
        await run(python, ["-m", "venv", folder], { timeoutMs: 2 * MINUTE, logFile });
        await run(venvCommand(folder, "python"), ["-m", "pip", "install", "--quiet", spec], {
          timeoutMs: 5 * MINUTE,
          logFile,
        });
      }
      await run(asVenv, ["--version"], { timeoutMs: MINUTE, logFile });
    },
  });
  return asVenv;
}

/** @returns full path of a Python that both Langflow versions take; a version manager's stand-in may exist and not run */
async function findPython(): Promise<string> {
  const probe = "import sys; v = sys.version_info; print(sys.executable if (3, 10) <= v[:2] <= (3, 13) else '')";
  for (const name of PYTHONS) {
    if (!findInPath(name)) continue;
    const path = await run(name, ["-c", probe], { timeoutMs: 30_000 }).catch(() => "");
    if (path.trim()) return path.trim();
  }
  throw new Error(
    "no Python 3.10 to 3.13 found: install one, 3.11 by preference (Debian 12: apt-get install python3 python3-venv)",
  );
}

async function hasModules(python: string, modules: readonly string[]) {
  return run(python, ["-c", `import ${modules.join(", ")}`], { timeoutMs: 30_000 }).then(
    () => true,
    () => false,
  );
}

function vsCodeDebianPackages(): string[] {
  const compiler = findInPath("g++") && findInPath("make") ? [] : ["build-essential"];
  const python = findInPath("python3") ? [] : ["python3"];
  return [...VSCODE_DEBIAN, ...compiler, ...python, ...(findChromium() ? [] : ["chromium"])];
}

async function needDebian(packages: readonly string[], mayUseApt: boolean) {
  if (!findInPath("dpkg-query")) {
    // Another system names these otherwise; a compile that lacks one says so in its log.
    return;
  }
  const missing = [];
  for (const name of packages) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  if (!mayUseApt) {
    throw new Error(
      `missing Debian packages. Run: ${sudo.length > 0 ? "sudo " : ""}apt-get install -y ${missing.join(" ")}\n` +
        "  (or let this script do it: npm run setup:real -- --apt)",
    );
  }
  console.log(`apt-get install ${missing.join(" ")}`);
  const start = performance.now();
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", ...missing]]) {
    const [command = "", ...rest] = [...sudo, "apt-get", "-qq", ...args];
    await run(command, rest, { timeoutMs: 10 * MINUTE, env });
  }
  console.log(`  done in ${Math.round((performance.now() - start) / 1000)} s`);
}

async function isInstalled(name: string) {
  const status = await run("dpkg-query", ["-W", "-f=${Status}", name], { timeoutMs: 30_000 }).catch(() => "");
  return status.includes("install ok installed");
}

/** @returns bytes, symbolic links not followed */
function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += sizeOf(path);
    else if (entry.isFile()) bytes += lstatSync(path).size;
  }
  return bytes;
}

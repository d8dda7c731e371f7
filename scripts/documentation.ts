// npm run documentation -- --subject NAME|DIR [--show N] [--links]
// Writes the documentation of a folder to a copy of it and compares what is on the pages with TypeDoc's own model: modules, names,
// kinds, members and comments. With --links, instead: every link leads somewhere, a browser draws every chart, and another process
// writes the same bytes. Ends with 1 when something is missing, of another kind, or more than TypeDoc has.
import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { openWorkspace } from "../src/server/workspace/workspace.ts";
import { createDocumentation } from "../src/server/documentation/documentation.ts";
import { calm, startAnalysis } from "../test/support/analysis.ts";
import { differencesFrom, missingAtRunTime } from "./lib/documentedNames.ts";
import { namesAtRunTime } from "./lib/requiredNames.ts";
import { copySubject, subject } from "./lib/subjects.ts";
import { isSubject } from "./lib/subjectFolders.ts";
import { findChromium } from "./lib/realParts.ts";
import { typedocModules } from "./lib/typedoc.ts";
import { checkLinks, drawCharts } from "./lib/writtenPages.ts";
import type { Pages } from "./lib/writtenPages.ts";

const { values } = parseArgs({
  options: {
    subject: { type: "string" },
    show: { type: "string", default: "40" },
    links: { type: "boolean", default: false },
  },
});
if (values.subject === undefined) throw new Error("Name a subject: npm run documentation -- --subject NAME");
const scratch = await realpath(await mkdtemp(path.join(tmpdir(), "lfc-documentation-")));
const folder = path.join(scratch, "subject");
if (isSubject(values.subject)) await copySubject(await subject(values.subject), folder);
else await copyRepository(path.resolve(values.subject), folder);
try {
  const written = await writtenPages();
  for (const { path: at, reason } of written.incomplete) console.log(`incomplete: ${at}: ${reason}`);
  await (values.links ? checkPages(written.pages) : compareNames(written));
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function writtenPages() {
  const ours = startAnalysis(folder);
  try {
    const workspace = await openWorkspace([folder]);
    const documentation = createDocumentation({ workspace, analysis: ours.analysis });
    const begin = performance.now();
    const { changes, incomplete } = await documentation.written({ to: "docs/api" }, calm);
    const seconds = (performance.now() - begin) / 1000;
    const pages = new Map<string, string>();
    for (const change of changes) {
      if (change.kind === "create" && change.path.endsWith(".md"))
        pages.set(path.relative(folder, change.path), change.text);
    }
    return { pages, incomplete, seconds };
  } finally {
    await ours.close();
  }
}

type Written = Awaited<ReturnType<typeof writtenPages>>;

async function compareNames({ pages, incomplete, seconds }: Written): Promise<void> {
  const theirs = await typedocModules({ folder, scratch, files: modulesOf(pages) });
  const compared = differencesFrom(pages, theirs, "docs/api");
  const required = namesAtRunTime(folder);
  // Names that are made while it runs are said to be left out.
  const isRead = ({ path: module }: { path: string }) => !incomplete.some((each) => each.path === module);
  const differences = [...compared.differences, ...missingAtRunTime(pages, required.filter(isRead), "docs/api")];
  process.exitCode = differences.length > 0 ? 1 : 0;
  for (const line of differences.slice(0, Number(values.show))) console.log(line);
  const { modules, names, members, comments } = compared;
  console.log(
    `${modules} modules, ${names} names, ${members} members, ${comments} comments compared with TypeDoc; ${differences.length} differ; ${required.length} CommonJS modules also with what they export at run time; ${seconds.toFixed(1)} s for ours`,
  );
}

async function checkPages(pages: Pages): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error("There is no Chromium: npm run setup:real");
  const { pages: again } = await writtenPages();
  const differ = [...pages].filter(([page, text]) => again.get(page) !== text).map(([page]) => `${page}: other bytes`);
  const { links, broken } = await checkLinks(folder, pages);
  const { counts, wrong } = await drawCharts(pages, executablePath);
  const faults = [...differ, ...broken, ...wrong];
  for (const line of faults.slice(0, Number(values.show))) console.log(line);
  const charts = [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
  console.log(`${pages.size} pages twice, ${links} links, charts: ${charts}; ${faults.length} faults`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function modulesOf(pages: ReadonlyMap<string, string>): string[] {
  return [...pages.keys()].flatMap((page) =>
    page.endsWith("/README.md") ? [] : [page.slice("docs/api/".length, -".md".length)],
  );
}

/** A repository with or without a work tree, or a folder; JavaScript without a configuration gets one for TypeDoc. */
async function copyRepository(from: string, to: string): Promise<void> {
  if (existsSync(path.join(from, "package.json"))) await cp(from, to, { recursive: true });
  else {
    await mkdir(to);
    execFileSync("git", ["clone", "-q", from, to]);
  }
  await rm(path.join(to, "docs"), { recursive: true, force: true });
  if (!existsSync(path.join(to, "tsconfig.json"))) {
    const compilerOptions = {
      allowJs: true,
      noEmit: true,
      target: "ES2022",
      module: "NodeNext",
      skipLibCheck: true,
      types: [],
    };
    await writeFile(
      path.join(to, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["**/*"], exclude: ["node_modules"] }),
    );
  }
  await readFile(path.join(to, "package.json"));
}

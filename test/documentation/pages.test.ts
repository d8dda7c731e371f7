import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Page } from "playwright-core";
import ts from "typescript";
import { differencesFrom } from "../../scripts/lib/documentedNames.ts";
import { findChromium, realParts } from "../../scripts/lib/realParts.ts";
import { hasSubject } from "../../scripts/lib/subjectFolders.ts";
import { copySubject, subject, tscErrors } from "../../scripts/lib/subjects.ts";
import { typedocModules } from "../../scripts/lib/typedoc.ts";
import { createDocumentation } from "../../src/server/documentation/documentation.ts";
import { edited } from "../../src/server/platform/unifiedDiff.ts";
import { openWorkspace } from "../../src/server/workspace/workspace.ts";
import { calm, startAnalysis } from "../support/analysis.ts";
import { scratchWorkspace } from "../support/workspaces.ts";

declare const mermaid: {
  render(id: string, text: string): Promise<{ svg: string }>;
  initialize(options: object): void;
};

const fixture = {
  "tsconfig.json": '{ "compilerOptions": { "strict": true, "target": "ES2022" } }\n',
  "docs/guide.md": "# Guide\n",
  "src/odd name's.ts":
    "export interface A_b { a: 1 }\nexport class Of_it<T> implements A_b { a = 1 as const; b?: T }\n",
  "src/odd (1)#.ts": "export const odd = 1;\n",
  "src/plain.ts": "export const plain = 1;\n",
  "src/fruit/index.ts": `/**
 * Fruits, see [the guide](../../docs/guide.md), [nothing](./gone.md) and [below](#below).
 * @module
 */
export * from "../odd name's.ts";
export * as odd from "../odd name's.ts";
import { Of_it } from "../odd name's.ts";
/** Takes \`a | b\` and <T>. */
export class Pear extends Of_it<string> { static readonly "odd-name" = 1; }
export namespace Pear { export class Inner extends Error {} export const $ = 1; }
export const pear = 1;
export const Étoile = "✓";
`,
};

describe("written documentation", function () {
  this.timeout(600_000);
  let scratch: string;
  const folders = new Map<string, string>();

  before(async () => {
    scratch = await realpath(await mkdtemp(path.join(tmpdir(), "lfc-pages-")));
    const { folder } = await scratchWorkspace(fixture);
    folders.set("a fixture", folder);
    if (hasSubject("rxjs@7.8.2")) {
      const copy = path.join(scratch, "rxjs");
      await copySubject(await subject("rxjs@7.8.2"), copy);
      folders.set("rxjs", copy);
    }
  });
  after(async () => {
    const made = folders.get("a fixture");
    if (made !== undefined) await rm(path.dirname(made), { recursive: true, force: true });
    await rm(scratch, { recursive: true, force: true });
  });

  /** The pages by their paths, as a new process makes them. */
  async function pagesOf(folder: string): Promise<Map<string, string>> {
    const ours = startAnalysis(folder);
    try {
      const documentation = createDocumentation({ workspace: await openWorkspace([folder]), analysis: ours.analysis });
      const { changes } = await documentation.written({ to: "docs/api" }, calm);
      return new Map(
        changes.flatMap((each) => (each.kind === "create" ? [[path.relative(folder, each.path), each.text]] : [])),
      );
    } finally {
      await ours.close();
    }
  }

  for (const name of ["a fixture", "rxjs"]) {
    describe(`of ${name}`, () => {
      let folder: string;
      let pages: Map<string, string>;
      before(async function () {
        const found = folders.get(name);
        if (found === undefined) return this.skip();
        folder = found;
        pages = await pagesOf(folder);
        assert.ok(pages.size > 2);
      });

      it("is the same, byte for byte, from another process", async () => {
        assert.deepEqual(await pagesOf(folder), pages);
      });

      it("has links that all lead somewhere", async () => {
        for (const [page, text] of pages) {
          await mkdir(path.dirname(path.join(folder, page)), { recursive: true });
          await writeFile(path.join(folder, page), text);
        }
        const broken: string[] = [];
        let links = 0;
        for (const [page, text] of pages) {
          for (const target of targetsIn(text)) {
            links++;
            const [file = "", anchor] = target.split("#", 2);
            const found = path.join(folder, path.dirname(page), decodeURIComponent(file));
            const isThere =
              existsSync(found) &&
              (anchor === undefined || (await readFile(found, "utf8")).includes(`<a id="${anchor}"></a>`));
            if (!isThere) broken.push(`${page}: ${target}`);
          }
        }
        assert.deepEqual(broken, []);
        assert.ok(links > pages.size, String(links));
      });

      it("has charts that a browser draws with Mermaid", async function () {
        const executablePath = findChromium();
        if (executablePath === undefined) return this.skip();
        const charts = [...pages].flatMap(([page, text]) =>
          [...text.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, chart = ""]) => ({ page, chart })),
        );
        assert.ok(
          charts.some(({ chart }) => chart.startsWith("classDiagram")) &&
            charts.some(({ chart }) => chart.startsWith("flowchart")),
        );
        const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
        try {
          const tab = await browser.newPage();
          await tab.addScriptTag({ path: realParts().documentation.mermaid });
          for (const [at, { page, chart }] of charts.entries())
            await assertDrawn(tab, { page, chart, id: `chart${String(at)}` });
        } finally {
          await browser.close();
        }
      });

      it("names what TypeDoc names", async () => {
        const files = [...pages.keys()]
          .filter((page) => !page.endsWith("README.md"))
          .map((page) => page.slice("docs/api/".length, -".md".length));
        // TypeDoc takes files as patterns.
        const theirs = await typedocModules({ folder, scratch, files: files.filter((file) => !/[()#]/.test(file)) });
        const compared = new Map([...pages].filter(([page]) => !/[()#]/.test(page)));
        const { differences, names } = differencesFrom(compared, theirs, "docs/api");
        assert.deepEqual(differences, []);
        assert.ok(names > 3);
      });

      it("gets TSDoc comments in its code that change no token and bring no error", async () => {
        const before = await tscErrors(folder);
        const ours = startAnalysis(folder);
        try {
          const { changes, comments } = await ours.analysis.comments({}, calm);
          assert.ok(comments > 0);
          for (const change of changes) {
            assert.ok(change.kind === "edit");
            const text = await readFile(change.path, "utf8");
            const after = edited(text, change.edits);
            assert.deepEqual(tokensOf(after), tokensOf(text), change.path);
            await writeFile(change.path, after);
          }
        } finally {
          await ours.close();
        }
        const found = await tscErrors(folder);
        assert.deepEqual(
          found.map(({ path: file, code }) => `${file} ${String(code)}`),
          before.map(({ path: file, code }) => `${file} ${String(code)}`),
        );
      });
    });
  }
});

/** Relative targets of links outside of code. */
function targetsIn(text: string): string[] {
  const prose = text.replace(/^ *(`{3,})[\s\S]*?\n *\1$/gm, "").replace(/(`+)[^`][\s\S]*?\1/g, "");
  return [...prose.matchAll(/(?<!\\)\]\(([^)\s]+)[^)]*\)/g)].flatMap(([, target = ""]) =>
    /^[a-z]+:/i.test(target) ? [] : [target],
  );
}

/** What the compiler prints of a text without its comments. */
function tokensOf(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { removeComments: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  return outputText;
}

async function assertDrawn(tab: Page, { page, chart, id }: { page: string; chart: string; id: string }): Promise<void> {
  const drawn = await tab.evaluate(
    async ({ text, name }) => {
      mermaid.initialize({ startOnLoad: false });
      return mermaid.render(name, text).then(
        ({ svg }) => svg,
        (error: unknown) => `failed: ${String(error)}`,
      );
    },
    { text: chart, name: id },
  );
  assert.match(drawn, /^<svg/, `${page}: ${drawn.slice(0, 300)}\n${chart}`);
  for (const [, label = ""] of chart.matchAll(/\["([^"#]+)"\]/g)) {
    assert.ok(drawn.replaceAll("&lt;", "<").includes(label), `${page}: ${label} is not in its chart`);
  }
}

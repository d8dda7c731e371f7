import assert from "node:assert/strict";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import { differencesFrom } from "../../scripts/lib/documentedNames.ts";
import { findChromium } from "../../scripts/lib/realParts.ts";
import { hasSubject } from "../../scripts/lib/subjectFolders.ts";
import { copySubject, subject, tscErrors } from "../../scripts/lib/subjects.ts";
import { typedocModules } from "../../scripts/lib/typedoc.ts";
import { checkLinks, drawCharts } from "../../scripts/lib/writtenPages.ts";
import { createDocumentation } from "../../src/server/documentation/documentation.ts";
import { edited } from "../../src/server/platform/unifiedDiff.ts";
import { openWorkspace } from "../../src/server/workspace/workspace.ts";
import { calm, startAnalysis } from "../support/analysis.ts";
import { scratchWorkspace } from "../support/workspaces.ts";

const fixture = {
  "tsconfig.json":
    '{ "compilerOptions": { "strict": true, "target": "ES2022", "lib": ["ES2022", "DOM"] }, "include": ["src"] }\n',
  "docs/guide.md": "# Guide\n",
  "src/odd name's.ts":
    "export interface A_b { a: 1 }\nexport class Of_it<T> implements A_b { a = 1 as const; b?: T }\n",
  "src/odd (1)#.ts": "export const odd = 1;\n",
  "src/plain.ts": "export const plain = 1;\n",
  "src/taken apart.ts": `/** Both of them. */
export const {
  /** The first. */
  one,
  /** The second. */
  two: other,
} = { one: 1, two: 2 };
export namespace Twice { export type Of = 1 }
/** Said of the function. */
export const Twice = (of: Twice.Of) => of;
export const asserted = function (a: number) { return a; } as unknown as { readonly size: 1 };
declare global {
  /** Of all. */
  interface Window { takenApart: 1 }
}
`,
  "src/global.ts":
    "export {};\ndeclare global {\n  interface Window {\n    /** Seen by all. */\n    seen: 1;\n  }\n}\n",
  "src/script.ts": "/** Without imports. */\nfunction script(): void {}\n",
  "types/by hand.d.ts": "/** Of no tsconfig. */\nexport declare function byHand(a: string): void;\n",
  "types/by hand.js": "exports.byHand = () => undefined;\n",
  "src/fruit/index.ts": `/**
 * Fruits, see [the guide](../../docs/guide.md), [nothing](./gone.md), [the \`code\`](/gone.md), [a \`guide\`](../../docs/guide.md) and [below](#below).
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
        const { links, broken } = await checkLinks(folder, pages);
        assert.deepEqual(broken, []);
        assert.ok(links > pages.size, String(links));
      });

      it("has charts that a browser draws with Mermaid", async function () {
        const executablePath = findChromium();
        if (executablePath === undefined) return this.skip();
        const { counts, wrong } = await drawCharts(pages, executablePath);
        assert.deepEqual(wrong, []);
        assert.ok(counts.has("classDiagram") && counts.has("flowchart"), [...counts.keys()].join());
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

/** What the compiler prints of a text without its comments. */
function tokensOf(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { removeComments: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext },
  });
  return outputText;
}

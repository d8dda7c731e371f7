import assert from "node:assert/strict";
import path from "node:path";
import ts from "typescript";
import { calm, startAnalysis } from "../support/analysis.ts";
import type { TestAnalysis } from "../support/analysis.ts";
import { compileWith, strictOptions } from "../support/tsc.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";

/** Few names, used again in every kind of scope, so that most renames meet another thing of the name. */
const files: Readonly<Record<string, string>> = {
  "tsconfig.json": JSON.stringify({
    compilerOptions: { ...strictOptions, jsx: "preserve", noUnusedParameters: true },
  }),
  "jsx.d.ts": "declare namespace JSX { interface IntrinsicElements { box: {} } interface Element {} }\n",
  "a.ts": `export const alpha = 1;
export function beta(alpha: string, _gamma = alpha) { return alpha; }
export interface Gamma { alpha: number; beta: Delta }
export type Delta = "delta" | Gamma["alpha"];
const local = { alpha, beta: 2 };
export default local;
export { local as epsilon };
`,
  "b.ts": `import { alpha as one, type Gamma, beta } from "./a";
import whole, * as all from "./a";
export const beta2 = (beta: number) => { const alpha = beta; return { alpha, one }; };
export class Box<Gamma> { constructor(readonly alpha: Gamma, box?: Gamma) { void box; } }
export namespace Inner { export interface Delta { box: Gamma } export const gamma = all.alpha; }
function scoped() { { let outer = 1; { const inner = outer; void inner; } void outer; } try { void 0; } catch (error) { let failed = error; void failed; } }
export { scoped as gamma, whole };
export const rest = (() => { const { alpha, ...others } = whole; return [alpha, others, beta] as const; })();
`,
  "barrel.ts": `export * from "./a";
export * from "./c";
export { Box } from "./b";
export * as named from "./b";
`,
  "c.ts": `export const delta = "c";
export enum Kind { alpha = 1, beta = alpha, gamma = delta.length }
export type Pick1<Kind> = Kind extends [infer One, infer Two] ? One | Two : never;
export function over(x: number): number;
export function over(x: string): string;
export function over(x: number | string) { return x; }
`,
  "main.tsx": `import { alpha, beta, Box, Kind, over, named, type Delta } from "./barrel";
import * as barrel from "./barrel";
const Card = (_: {}) => null;
export const card = <Card />;
export const box = <box />;
export const sum = [alpha, beta("x"), new Box(1), Kind.beta, over(1), named.Inner.gamma, barrel.delta];
export const later: Promise<{ delta: string }> = import("./c");
export const isText = (value: unknown): value is Delta => typeof value === "string";
outside: for (const alpha of sum) { if (alpha) break outside; }
`,
};

const newNames = [
  "fresh",
  "alpha",
  "beta",
  "Gamma",
  "Delta",
  "delta",
  "local",
  "box",
  "Box",
  "inner",
  "error",
  "_fresh",
  "Kind",
];

describe("every rename in a small project of few names", function () {
  this.timeout(600_000);
  let workspace: ScratchWorkspace;
  let ours: TestAnalysis;
  before(async () => {
    workspace = await scratchWorkspace(files);
    ours = startAnalysis(workspace.folder);
  });
  after(async () => {
    await ours.close();
    await workspace.remove();
  });

  it("that the names alone prove gives tsc nothing new to say", async () => {
    let known = 0;
    let other = 0;
    for (const [file, text] of Object.entries(files)) {
      if (!/\.tsx?$/.test(file)) continue;
      for (const { line, column } of declaredNames(file, text)) {
        for (const newName of newNames) {
          const target = { kind: "position", file: path.join(workspace.folder, file), line, column } as const;
          const query = { operation: "rename_symbol", target, newName } as const;
          const { changes } = await ours.analysis.refactor(query, calm).catch(() => ({ changes: [] }));
          if (changes.length === 0) continue;
          const { byNames } = await ours.analysis.impact({ changes, scope: "importers", timeoutMs: 0 }, calm);
          if (!byNames) other++;
          else {
            known++;
            const said = compileWith(workspace.folder, changes, newName);
            assert.deepEqual(said, [], `${file}:${line}:${column} to ${newName}`);
          }
        }
      }
    }
    console.log(`      ${known} known by names, ${other} left to the types`);
    assert.ok(known > 100 && other > 100);
  });
});

function declaredNames(file: string, text: string) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const found: { line: number; column: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && "name" in node.parent && node.parent.name === node) {
      const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push({ line: line + 1, column: character + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

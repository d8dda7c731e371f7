import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";
import { subject } from "../../scripts/lib/subjects.ts";
import type { Component } from "../../src/server/analysis/syntax/components.ts";
import { createScans } from "../../src/server/analysis/repository/scans.ts";
import { createReaders } from "../../src/server/analysis/syntax/reader.ts";
import { scriptFacts } from "../../src/server/analysis/syntax/tsFacts.ts";
import { calm, startAnalysis } from "../support/analysis.ts";
import { eslintComplexity } from "../support/eslintComplexity.ts";

const context = {
  overlays: new Map<string, string>(),
  signal: new AbortController().signal,
  progress: () => undefined,
};

describe("the repository of viem", function () {
  this.timeout(120_000);
  let folder: string;
  let sources: readonly string[];
  const roots = () => [{ absolute: folder, displayPath: "" }];
  const text = (file: string) => readFile(path.join(folder, file), "utf8");

  before(async function () {
    this.timeout(400_000);
    ({ folder } = await subject("viem@2.57.0"));
    const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: folder, encoding: "utf8" });
    sources = listed.split("\0").filter((file) => file.endsWith(".ts"));
    assert.ok(sources.length > 1400);
  });

  it("has the files and lines of git and wc", async () => {
    const script =
      "git ls-files -coz --exclude-standard | xargs -0 cat | wc -l; git ls-files -coz --exclude-standard | tr -dc '\\0' | wc -c";
    const [lines, files] = execFileSync("bash", ["-c", script], { cwd: folder, encoding: "utf8" })
      .trim()
      .split("\n")
      .map(Number);
    const answer = await createScans(createReaders()).repository({ roots: roots() }, context);
    assert.deepEqual({ files: answer.files, lines: answer.lines }, { files, lines });
  });

  it("has ESLint's complexity for every function", async () => {
    const key = (all: readonly { end: number; complexity: number }[]) =>
      all.map((one) => `${one.end} ${one.complexity}`).sort();
    let functions = 0;
    const overLimit: string[] = [];
    for (const file of sources) {
      const code = await text(file);
      const ours = scriptFacts(file, code).functions.map(({ end, cyclomatic }) => ({ end, complexity: cyclomatic }));
      const eslint = eslintComplexity(file, code);
      assert.deepEqual(key(ours), key(eslint), file);
      functions += ours.length;
      // At most one finding per line: functions of one line count once.
      const over = eslint.filter(({ complexity }) => complexity > 20).map(({ end }) => scriptLine(file, code, end));
      overLimit.push(...new Set(over));
    }
    assert.ok(functions > 3000);
    const answer = await createScans(createReaders()).quality({ kind: "path", roots: roots() }, context);
    const complex = answer.findings.filter(({ rule }) => rule === "complexity");
    assert.deepEqual(complex.map(({ path: file, line }) => `${file}:${line}`).sort(), overLimit.sort());
  });

  it("has refactorings for its findings that apply", async () => {
    const { analysis, close } = startAnalysis(folder);
    try {
      const { findings } = await analysis.quality({ kind: "path", roots: roots() }, calm);
      const previews = new Map(
        findings.flatMap(({ preview }) => (preview ? [[JSON.stringify(preview), preview]] : [])),
      );
      assert.ok(previews.size > 20);
      const refused: string[] = [];
      const some = [...previews.values()].slice(0, 60);
      for (const { operation, path: file, range } of some) {
        await analysis.refactor({ operation, file: path.join(folder, file), range }, calm).catch((error: unknown) => {
          refused.push(error instanceof Error ? error.message : String(error));
        });
      }
      assert.deepEqual(refused, []);
      console.log(`      ${some.length} of ${previews.size} tried`);
    } finally {
      await close();
    }
  });

  it("has the components of a walk of TypeScript's own tree", async () => {
    const readers = createReaders();
    let total = 0;
    for (const file of sources) {
      const code = await text(file);
      const ours = await readers.components.read(file, code);
      assert.deepEqual(keysOf(ours).sort(), walked(file, code).sort(), file);
      total += ours.length;
    }
    assert.ok(total > 10_000);
  });

  it("tells no export unused that another file imports by name", async () => {
    const answer = await createScans(createReaders()).quality({ kind: "path", roots: roots() }, context);
    const unused = answer.findings.filter(({ rule }) => rule === "unused-export");
    assert.ok(unused.length > 10);
    for (const { path: file, message } of unused) {
      const name = message.split(" ")[0] ?? "";
      const base = path.posix.basename(file, ".ts");
      const importing = new RegExp(
        `\\b(?:import|export)\\b[^;'"]*\\b${name}\\b[^;'"]*\\bfrom\\s*['"][^'"]*/${base}\\.js['"]`,
      );
      for (const other of sources) {
        if (other === file) continue;
        const code = await text(other);
        if (!importing.test(code)) continue;
        const targets = [...code.matchAll(/from\s*['"](\.[^'"]+)\.js['"]/g)].map((one) =>
          path.posix.join(path.posix.dirname(other), one[1] ?? ""),
        );
        assert.ok(
          !targets.includes(file.replace(/\.ts$/, "")) || /\bonly tests\b/.test(message),
          `${name} of ${file} in ${other}`,
        );
      }
    }
  });

  it("is looked over again in a tenth of the first time when nothing changed", async () => {
    const scans = createScans(createReaders());
    const timed = async () => {
      const start = performance.now();
      await scans.repository({ roots: roots() }, context);
      return performance.now() - start;
    };
    const first = await timed();
    const again = Math.min(await timed(), await timed(), await timed());
    console.log(`      first ${first.toFixed(0)} ms, unchanged ${again.toFixed(0)} ms`);
    assert.ok(again <= first / 10, `${again} of ${first} ms`);
  });
});

/** Where the function starts that ends at an offset. */
function scriptLine(file: string, code: string, end: number): string {
  return `${file}:${scriptFacts(file, code).functions.find((one) => one.end === end)?.line ?? 0}`;
}

function keysOf(all: readonly Component[]): string[] {
  return all
    .filter(({ kind }) => kind !== "route" && kind !== "test")
    .map(({ kind, name, line, exported }) => `${kind} ${name} ${line} ${exported}`);
}

/** The same by TypeScript 6.0.3 and a visitor of its own. */
function walked(file: string, code: string): string[] {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const keys: string[] = [];
  const lists = source.statements.filter((one) => ts.isExportDeclaration(one));
  const named = lists.flatMap((one) =>
    one.exportClause && ts.isNamedExports(one.exportClause) ? [...one.exportClause.elements] : [],
  );
  const own = named.filter((one) => !one.parent.parent.moduleSpecifier);
  const listed = new Set(own.map((one) => (one.propertyName ?? one.name).text));
  const line = (node: ts.Node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
  const isOut = (node: ts.Declaration, name: string) => {
    const inAmbient = ts.findAncestor(node.parent, (one) => {
      return ts.isModuleDeclaration(one) && (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Ambient) !== 0;
    });
    const flagged = (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Export) !== 0;
    return flagged || inAmbient !== undefined || listed.has(name);
  };
  const key = (kind: string, name: string, node: ts.Node, exported: boolean) =>
    keys.push(`${kind} ${pathOf(node)}${name} ${line(node)} ${exported}`);
  const functions = new Map<string, ts.FunctionDeclaration>();

  function visit(node: ts.Node): void {
    if (ts.isFunctionDeclaration(node) && node.name) functions.set(pathOf(node) + node.name.text, node);
    else if (ts.isInterfaceDeclaration(node)) key("interface", node.name.text, node, isOut(node, node.name.text));
    else if (ts.isTypeAliasDeclaration(node)) key("type", node.name.text, node, isOut(node, node.name.text));
    else if (ts.isEnumDeclaration(node)) key("enum", node.name.text, node, isOut(node, node.name.text));
    else if (ts.isModuleDeclaration(node)) {
      key("namespace", node.name.text, node, isOut(node, node.name.text));
      if (node.body) ts.forEachChild(node.body, visit);
    } else if (ts.isClassDeclaration(node) && node.name) visitClass(node, node.name.text);
    else if (ts.isVariableStatement(node)) node.declarationList.declarations.forEach(visitVariable);
    else if (ts.isExportAssignment(node)) key("export", "default", node, true);
    else if (ts.isExportDeclaration(node)) {
      if (!node.exportClause) key("export", "*", node, true);
      else if (ts.isNamespaceExport(node.exportClause)) key("export", node.exportClause.name.text, node, true);
    }
  }

  function visitClass(node: ts.ClassDeclaration, name: string): void {
    key("class", name, node, isOut(node, name));
    for (const member of node.members) {
      const value = ts.isPropertyDeclaration(member) ? member.initializer : undefined;
      const isFunction = value
        ? ts.isFunctionLike(value)
        : ts.isFunctionLike(member) && "body" in member && member.body !== undefined;
      if (!isFunction) continue;
      const own = member.name ? member.name.getText() : "constructor";
      const hidden = (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0 || own.startsWith("#");
      key("method", `${name}/${own}`, member, isOut(node, name) && !hidden);
    }
  }

  function visitVariable(node: ts.VariableDeclaration): void {
    let value = node.initializer;
    while (
      value &&
      (ts.isAsExpression(value) || ts.isSatisfiesExpression(value) || ts.isParenthesizedExpression(value))
    ) {
      value = value.expression;
    }
    const kind =
      value && ts.isFunctionLike(value) ? "function" : value && ts.isClassExpression(value) ? "class" : "variable";
    const name = node.name.getText();
    if (kind !== "variable" || isOut(node, name)) key(kind, name, node, isOut(node, name));
    if (!value || !ts.isObjectLiteralExpression(value) || !isOut(node, name)) return;
    for (const property of value.properties) {
      const isFunction = ts.isPropertyAssignment(property)
        ? ts.isArrowFunction(property.initializer) || ts.isFunctionExpression(property.initializer)
        : ts.isFunctionLike(property);
      if (isFunction && property.name) key("method", `${name}/${property.name.getText()}`, property, isOut(node, name));
    }
  }

  ts.forEachChild(source, visit);
  for (const node of functions.values()) {
    const name = node.name?.text ?? "";
    key("function", name, node, isOut(node, name));
  }
  for (const one of named) {
    const declaration = one.parent.parent;
    if (declaration.moduleSpecifier || one.propertyName) key("export", one.name.text, declaration, true);
  }
  return keys;
}

/** The names of the namespaces around a node. */
function pathOf(node: ts.Node): string {
  const outer = ts.findAncestor(node.parent, (one) => ts.isModuleDeclaration(one));
  return outer ? `${pathOf(outer)}${outer.name.getText()}/` : "";
}

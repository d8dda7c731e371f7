// Two that carry out drawn refactorings in a copy of a folder: our server by an MCP client, and tsserver as VS Code asks it.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import ts from "typescript";
import { z } from "zod";
import { connect } from "../../test/support/clients.ts";
import type { CallAnswer, TestClient } from "../../test/support/clients.ts";
import { startServer } from "../../test/support/server.ts";
import { startTsServer } from "../../test/support/tsserver.ts";
import type { TsServer } from "../../test/support/tsserver.ts";
import { argumentsOf, operations } from "./draws.ts";
import type { Draw } from "./draws.ts";

export interface Refactorer {
  /** Why it is refused, before anything is written; nothing when it is made. */
  apply(draw: Draw): Promise<Refused | undefined>;
  /** Takes the last one back. Gives what is left of it, by git's status. */
  undo(): Promise<string>;
  close(): Promise<void>;
}

interface Refused {
  readonly why: string;
  /** A failure of its own, which is no refusal. */
  readonly isFault: boolean;
}

const Refusal = z.looseObject({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    added: z.array(z.looseObject({ path: z.string(), line: z.int(), message: z.string() })).default([]),
  }),
});
const Mention = z.looseObject({ path: z.string(), line: z.int(), text: z.string() });
const Plan = z.looseObject({
  planId: z.string(),
  conflicts: z.array(z.looseObject({ message: z.string() })),
  mentions: z.array(Mention).default([]),
});

export interface OurRefactorer extends Refactorer {
  readonly client: TestClient;
  /** What the last preview said of texts that keep the old name. */
  mentions(): readonly z.infer<typeof Mention>[];
}

export async function startOurRefactorer(work: string): Promise<OurRefactorer> {
  const server = await startServer({ folders: [work] });
  const client = await connect("2026-07-28 http", server, [work]);
  let undoId = "";
  let mentions: readonly z.infer<typeof Mention>[] = [];
  return {
    client,
    mentions: () => mentions,
    async apply(draw) {
      const preview = await client.call("preview_refactoring", argumentsOf(draw));
      if (preview.isError) return refusalOf(preview);
      const plan = Plan.parse(preview.value);
      ({ mentions } = plan);
      const [conflict] = plan.conflicts;
      if (conflict) return { why: conflict.message, isFault: false };
      const applied = await client.call("apply_edits", { planId: plan.planId });
      if (applied.isError) return refusalOf(applied);
      ({ undoId } = z.looseObject({ undoId: z.string() }).parse(applied.value));
      return undefined;
    },
    async undo() {
      const { isError, value } = await client.call("undo_edits", { undoId });
      return isError ? JSON.stringify(value) : statusOf(work);
    },
    async close() {
      await client.close();
      await server.stop();
    },
  };
}

function refusalOf({ value }: CallAnswer): Refused {
  const { code, message, added } = Refusal.parse(value).error;
  const errors = added.slice(0, 3).map((one) => `${one.path}:${one.line} ${one.message}`);
  return { why: [`${code}: ${message}`, ...errors].join("\n         "), isFault: code === "INTERNAL" };
}

const Point = z.object({ line: z.int(), offset: z.int() });
const FileEdits = z.array(
  z.object({
    fileName: z.string(),
    textChanges: z.array(z.object({ start: Point, end: Point, newText: z.string() })),
  }),
);
const RenameAnswer = z.object({
  info: z.looseObject({ canRename: z.boolean(), localizedErrorMessage: z.string().optional() }),
  locs: z.array(
    z.object({
      file: z.string(),
      locs: z.array(
        z.looseObject({
          start: Point,
          end: Point,
          prefixText: z.string().optional(),
          suffixText: z.string().optional(),
        }),
      ),
    }),
  ),
});
type Edits = z.output<typeof FileEdits>;

/** A fresh one for each draw: it would learn of changes on the disk some time later only. */
export function startTsserverRefactorer(work: string): Promise<Refactorer> {
  return Promise.resolve({
    async apply(draw) {
      if (!operations.some((one) => one === draw.operation))
        return { why: "It has nothing like that.", isFault: false };
      const file = path.join(work, draw.path ?? draw.symbol?.split("#")[0] ?? "");
      const server = startTsServer();
      try {
        await server.request("configure", {
          preferences: { providePrefixAndSuffixTextForRename: true, allowTextChangesInNewFiles: true },
        });
        await server.open(file);
        const edits = await editsOf(server, work, file, draw);
        for (const { fileName, textChanges } of edits) await write(fileName, textChanges);
        if (draw.operation === "move_path") await moveFile(file, path.join(work, draw.to ?? ""));
        return undefined;
      } catch (error) {
        return { why: error instanceof Error ? error.message.split("\n", 1).join("") : String(error), isFault: false };
      } finally {
        server.close();
      }
    },
    undo() {
      execFileSync("git", ["checkout", "-q", "."], { cwd: work });
      execFileSync("git", ["clean", "-fdq", "--exclude=node_modules"], { cwd: work });
      return Promise.resolve(statusOf(work));
    },
    close: () => Promise.resolve(),
  });
}

export async function editsOf(server: TsServer, work: string, file: string, draw: Draw): Promise<Edits> {
  if (draw.operation === "move_path") {
    const paths = { oldFilePath: file, newFilePath: path.join(work, draw.to ?? "") };
    return FileEdits.parse(await server.request("getEditsForFileRename", { file, ...paths }));
  }
  const { name, statement } = await declarationOf(file, draw.symbol?.split("#")[1] ?? "");
  if (draw.operation === "rename_symbol") {
    const { info, locs } = RenameAnswer.parse(
      await server.request("rename", { file, line: name.line, offset: name.offset }),
    );
    if (!info.canRename) throw new Error(info.localizedErrorMessage ?? "It cannot be renamed.");
    return locs.map(({ file: fileName, locs: all }) => ({
      fileName,
      textChanges: all.map(({ start, end, prefixText = "", suffixText = "" }) => {
        return { start, end, newText: prefixText + (draw.newName ?? "") + suffixText };
      }),
    }));
  }
  const answer = await server.request("getEditsForRefactor", {
    file,
    startLine: statement.start.line,
    startOffset: statement.start.offset,
    endLine: statement.end.line,
    endOffset: statement.end.offset,
    refactor: "Move to file",
    action: "Move to file",
    interactiveRefactorArguments: { targetFile: path.join(work, draw.to ?? "") },
  });
  const { edits } = z.looseObject({ edits: FileEdits }).parse(answer);
  if (edits.length === 0) throw new Error("It has no edits for that.");
  return edits;
}

async function declarationOf(file: string, namePath: string) {
  const source = ts.createSourceFile(file, await readFile(file, "utf8"), ts.ScriptTarget.Latest, true);
  const [outer = "", inner] = namePath.split("/");
  const named = (node: ts.Node): ts.Node | undefined => {
    if (ts.isVariableStatement(node)) {
      return node.declarationList.declarations.find(({ name }) => name.getText(source) === outer)?.name;
    }
    const isNamed =
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isEnumDeclaration(node) ||
      ts.isModuleDeclaration(node);
    return isNamed && node.name?.getText(source) === outer ? node.name : undefined;
  };
  for (const statement of source.statements) {
    const name = named(statement);
    if (!name) continue;
    const hasMembers = ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement);
    const member = hasMembers
      ? [...statement.members].find((one) => one.name?.getText(source) === inner)?.name
      : undefined;
    const point = (offset: number) => {
      const { line, character } = source.getLineAndCharacterOfPosition(offset);
      return { line: line + 1, offset: character + 1 };
    };
    return {
      name: point((member ?? name).getStart(source)),
      statement: { start: point(statement.getStart(source)), end: point(statement.end) },
    };
  }
  throw new Error(`${path.basename(file)} declares no ${namePath}.`);
}

async function write(file: string, changes: Edits[number]["textChanges"]): Promise<void> {
  const text = existsSync(file) ? await readFile(file, "utf8") : "";
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const offset = ({ line, offset: column }: z.output<typeof Point>) =>
    text === "" ? 0 : source.getPositionOfLineAndCharacter(line - 1, column - 1);
  let result = text;
  for (const { start, end, newText } of [...changes].reverse()) {
    result = result.slice(0, offset(start)) + newText + result.slice(offset(end));
  }
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, result);
}

async function moveFile(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await rename(from, to);
}

function statusOf(work: string): string {
  const args = ["status", "--porcelain", "--ignored", "--", ".", ":!node_modules"];
  return execFileSync("git", args, { cwd: work, encoding: "utf8" });
}

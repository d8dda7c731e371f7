// One case: a small workspace, the calls that a client makes there, and the right outcome, as a JSON file. docs/cases.md has
// the format. The compiler judges, not our own answers.
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { connect } from "../../test/support/clients.ts";
import type { CallAnswer, TestClient } from "../../test/support/clients.ts";
import { startServer } from "../../test/support/server.ts";
import { errorsOf, runTsc } from "./tsc.ts";

const Call = z.strictObject({
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  /** The plan of the preview is applied. */
  thenApply: z.boolean().default(false),
});

const Case = z.strictObject({
  about: z.string(),
  files: z.record(z.string(), z.string()),
  /** Symbolic link → the folder that it leads to. */
  links: z.record(z.string(), z.string()).default({}),
  calls: z.array(Call).min(1),
  /** All that are there must be true. */
  expect: z.strictObject({
    tsc: z.enum(["clean", "build clean", "clean or refused"]).optional(),
    /** By any error, or by the one of this code. */
    refused: z.union([z.literal(true), z.string().regex(/^[A-Z_]+$/)]).optional(),
    contains: z.record(z.string(), z.string()).optional(),
    gone: z.array(z.string()).optional(),
    added: z.array(z.never()).optional(),
    notes: z.array(z.string()).optional(),
    total: z
      .string()
      .regex(/^>= \d+$/)
      .optional(),
  }),
});
type Case = z.output<typeof Case>;

const Plan = z.looseObject({
  planId: z.string(),
  added: z.array(z.looseObject({ message: z.string() })),
  conflicts: z.array(z.looseObject({ message: z.string() })),
  notes: z.array(z.string()),
});
const Refusal = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string() }) });

export async function readCase(file: string): Promise<Case> {
  return Case.parse(JSON.parse(await readFile(file, "utf8")));
}

export interface Cases {
  /** What is wrong with the outcome; nothing for a case that is right. */
  run(one: Case): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** One server for all cases, in a folder that has the files of one after the other: a server for each takes most of the time. */
export async function startCases(): Promise<Cases> {
  const scratch = await realpath(await mkdtemp(path.join(tmpdir(), "lfc-cases-")));
  const folder = path.join(scratch, "workspace");
  await mkdir(folder);
  const server = await startServer({ folders: [folder] });
  const client = await connect("2026-07-28 http", server, [folder]);

  return {
    async run(one) {
      for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
      await writeWorkspace(one, folder);
      const before = await compilerErrors(one, folder, scratch);
      const outcome = await callAll(one, client);
      return [
        ...(await wrongInWorkspace(one, folder, outcome.refusal)),
        ...wrongInAnswers(one, outcome),
        ...(await newErrors(one, { folder, scratch, before, refusal: outcome.refusal })),
      ];
    },
    async stop() {
      await client.close();
      await server.stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

async function writeWorkspace({ files, links }: Case, folder: string): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  for (const [name, target] of Object.entries(links)) {
    const link = path.join(folder, name);
    await mkdir(path.dirname(link), { recursive: true });
    await symlink(path.relative(path.dirname(link), path.join(folder, target)), link, "junction");
  }
}

interface Outcome {
  /** Why a call was refused before anything was written, by an error or by a conflict. */
  readonly refusal?: string;
  /** Errors that previews say they bring. */
  readonly added: readonly string[];
  readonly notes: readonly string[];
  readonly last: CallAnswer["value"];
}

async function callAll({ calls }: Case, client: TestClient): Promise<Outcome> {
  const added: string[] = [];
  const notes: string[] = [];
  let last: CallAnswer["value"] = {};
  for (const { tool, arguments: given, thenApply } of calls) {
    const { isError, value } = await client.call(tool, given);
    last = value;
    if (isError) return { refusal: refusalOf(value), added, notes, last };
    if (!thenApply) continue;
    const plan = Plan.parse(value);
    added.push(...plan.added.map(({ message }) => message));
    notes.push(...plan.notes);
    const [conflict] = plan.conflicts;
    if (conflict) return { refusal: conflict.message, added, notes, last };
    const applied = await client.call("apply_edits", { planId: plan.planId });
    if (applied.isError) return { refusal: refusalOf(applied.value), added, notes, last: applied.value };
  }
  return { added, notes, last };
}

function refusalOf(value: CallAnswer["value"]): string {
  const { error } = Refusal.parse(value);
  return `${error.code}: ${error.message}`;
}

async function wrongInWorkspace({ files, expect }: Case, folder: string, refusal: string | undefined) {
  const wrong: string[] = [];
  const mayRefuse = expect.refused !== undefined || expect.tsc === "clean or refused";
  if (refusal !== undefined && !mayRefuse) wrong.push(`refused: ${refusal}`);
  if (refusal === undefined && expect.refused !== undefined) wrong.push("not refused");
  if (refusal !== undefined && typeof expect.refused === "string" && !refusal.startsWith(`${expect.refused}:`))
    wrong.push(`refused by another reason than ${expect.refused}: ${refusal}`);
  // A fault of ours is no refusal.
  if (refusal?.startsWith("INTERNAL")) wrong.push(`refused: ${refusal}`);
  if (refusal !== undefined) {
    for (const [name, text] of Object.entries(files))
      if ((await textOf(folder, name)) !== text) wrong.push(`refused, but ${name} is changed`);
    return wrong;
  }
  for (const [name, text] of Object.entries(expect.contains ?? {})) {
    const content = await textOf(folder, name);
    if (content?.includes(text) !== true)
      wrong.push(`${name} has no ${JSON.stringify(text)}: ${content ?? "no such file"}`);
  }
  for (const name of expect.gone ?? []) {
    if ((await textOf(folder, name)) !== undefined) wrong.push(`${name} is still there`);
  }
  return wrong;
}

function textOf(folder: string, name: string): Promise<string | undefined> {
  return readFile(path.join(folder, name), "utf8").catch(() => undefined);
}

function wrongInAnswers({ expect }: Case, { added, notes, last }: Outcome): string[] {
  const least = Number(expect.total?.slice(3) ?? 0);
  const total = Number(last["total"] ?? 0);
  return [
    ...(expect.added ? added.map((message) => `the preview reports an error: ${message}`) : []),
    ...(expect.notes ?? [])
      .filter((note) => !notes.includes(note))
      .map((note) => `no note ${JSON.stringify(note)}, but ${JSON.stringify(notes)}`),
    ...(total < least ? [`total ${total}, not ${least} or more`] : []),
  ];
}

interface Compared {
  readonly folder: string;
  readonly scratch: string;
  readonly before: readonly string[];
  readonly refusal: string | undefined;
}

/** An error that moved along with its code is no new one, so that errors are compared without file and line. */
async function newErrors(one: Case, { folder, scratch, before, refusal }: Compared): Promise<string[]> {
  if (one.expect.tsc === undefined || refusal !== undefined) return [];
  const left = [...before];
  const fresh = (await compilerErrors(one, folder, scratch)).filter((error) => {
    const at = left.indexOf(error);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return fresh.map((error) => `tsc: ${error}`);
}

/** What the compiler finds. A build leaves files behind, so it has a copy and a process of its own. */
async function compilerErrors({ expect, files }: Case, folder: string, scratch: string): Promise<readonly string[]> {
  if (expect.tsc === undefined || !("tsconfig.json" in files)) return [];
  if (expect.tsc !== "build clean") return errorsOf(folder);
  const copy = await mkdtemp(path.join(scratch, "compiled-"));
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  const printed = await runTsc(["-b", copy], copy, 120_000);
  return printed
    .replaceAll(copy, "")
    .split("\n")
    .flatMap((line) => /error TS\d+: .*/.exec(line)?.[0] ?? []);
}

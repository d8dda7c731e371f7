// Carries out drawn refactorings in a copy of a folder, and lets the compiler's own builder say whether one brought an error.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { drawAll } from "./draws.ts";
import type { Draw, Operation } from "./draws.ts";
import { incrementalTsc } from "./incrementalTsc.ts";
import type { Refactorer } from "./refactorers.ts";

export interface Outcome {
  readonly draw: Draw;
  readonly index: number;
  readonly kind: "right" | "refused" | "wrong";
  readonly why: string;
  readonly ms: number;
}

interface Asked {
  readonly folder: string;
  readonly seed: number;
  readonly count: number;
  readonly operations: readonly Operation[];
  /** Checks only what changed and its importers. */
  readonly quick: boolean;
  readonly only?: number | undefined;
  /** Leaves the copy with the last change in it. */
  readonly keep?: boolean;
  start(work: string): Promise<Refactorer>;
}

/** The outcomes as they come; the folder itself stays as it is. */
export async function* drawnRefactorings(asked: Asked): AsyncGenerator<Outcome> {
  const scratch = await mkdtemp(path.join(tmpdir(), "lfc-refactorings-"));
  const work = path.join(scratch, "work");
  try {
    await copy(asked.folder, work);
    const tsc = incrementalTsc(work, asked.quick);
    // The first errors are those of a compiler that has been asked nothing before.
    const before = tsc.errors();
    const drawing = { root: work, programs: tsc.programs(), seed: asked.seed };
    const draws = drawAll(drawing, asked.operations, asked.count);
    const refactorer = await asked.start(work);
    try {
      for (const [index, draw] of draws.entries()) {
        if (asked.only !== undefined && index !== asked.only) continue;
        const started = performance.now();
        const outcome = await outcomeOf(draw);
        yield { ...outcome, draw, index, ms: performance.now() - started };
      }
    } finally {
      await refactorer.close();
    }

    async function outcomeOf(draw: Draw): Promise<Pick<Outcome, "kind" | "why">> {
      const refused = await refactorer.apply(draw);
      if (refused) return { kind: refused.isFault ? "wrong" : "refused", why: refused.why };
      const errors = more(withOldName(tsc.errors(), draw), before);
      const fresh = errors.length === 0 ? [] : more(withOldName(tsc.coldErrors(), draw), before);
      // The compiler let nothing else run: connections that were closed meanwhile are noticed now.
      await setTimeout(100);
      const left = asked.keep === true ? "" : await refactorer.undo();
      if (left !== "") return { kind: "wrong", why: `undo left ${left}` };
      if (fresh.length === 0) return { kind: "right", why: "" };
      return { kind: "wrong", why: `${fresh.length} errors: ${fresh.slice(0, 3).join("; ")}` };
    }
  } finally {
    if (asked.keep === true) console.log(`left in ${work}`);
    else await rm(scratch, { recursive: true, force: true });
  }
}

/** A copy under git, with the packages of the original. */
export async function copy(from: string, to: string): Promise<void> {
  const skipped = new Set(["node_modules", ".git"].map((entry) => path.join(from, entry)));
  await cp(from, to, { recursive: true, filter: (entry) => !skipped.has(entry) });
  const modules = path.join(from, "node_modules");
  if (existsSync(modules)) await symlink(modules, path.join(to, "node_modules"), "junction");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: to, stdio: "ignore" });
  git("init", "-q");
  git("config", "core.autocrlf", "false");
  git("config", "core.excludesFile", "");
  git("add", "-A", "--force", ".", ":!node_modules");
  git("-c", "user.name=subject", "-c", "user.email=subject@example.com", "commit", "-q", "-m", "Subject");
}

/** What a package that is not installed makes the compiler say in every file that needs it. */
const ofMissingPackage = /^TS(?:2307|2732|2792|2875|2882|7016|2304 Cannot find name 'node:) ?/;
/** Said once for a program, with whatever file is the first to need the type. */
const ofGlobalType = /^TS231[678] /;

/** An error that names what was renamed is the one that it was. */
function withOldName(errors: readonly string[], { symbol = "", newName }: Draw): readonly string[] {
  if (newName === undefined) return errors;
  const oldName = symbol.slice(Math.max(symbol.lastIndexOf("/"), symbol.lastIndexOf("#")) + 1);
  return errors.map((one) => one.replaceAll(newName, oldName));
}

/** A file that a project's configuration does not expect: said of each, so that a new one beside them is one more. */
const ofUnexpectedFile = /^(TS(?:6059|6307)) File '[^']*'(.*)$/;

function more(after: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  const unexpected = new Set(before.map((one) => one.replace(ofUnexpectedFile, "$1$2")));
  return after.filter((one) => {
    if (ofUnexpectedFile.test(one) && unexpected.has(one.replace(ofUnexpectedFile, "$1$2"))) return false;
    if (ofGlobalType.test(one) || (ofMissingPackage.test(one) && before.includes(one))) return false;
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

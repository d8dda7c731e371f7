import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, realpath, rm, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { copySubject, subject, tscErrors } from "../../scripts/lib/subjects.ts";
import { calm, startAnalysis } from "../support/analysis.ts";
import type { TestAnalysis } from "../support/analysis.ts";
import { differencesOf } from "../support/besideTsserver.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { drawSymbols } from "../support/symbols.ts";
import type { DrawnSymbol } from "../support/symbols.ts";
import { startTsServer } from "../support/tsserver.ts";
import type { TsServer } from "../support/tsserver.ts";

const seed = Number(process.env["LFC_SEED"] ?? 20_261_120);
const suffix = "Renamed";

describe(`analysis of viem (LFC_SEED=${seed})`, function () {
  this.timeout(400_000);
  let folder: string;
  let baseline: Awaited<ReturnType<typeof tscErrors>>;
  let drawn: DrawnSymbol[];

  before(async () => {
    const viem = await subject("viem@2.57.0");
    baseline = viem.errors;
    folder = path.join(await realpath(await mkdtemp(path.join(tmpdir(), "lfc-viem-"))), "viem");
    await copySubject(viem, folder);
    drawn = await drawSymbols(folder, { seed, count: 30 });
  });
  after(() => rm(path.dirname(folder), { recursive: true, force: true }));

  describe("beside tsserver", () => {
    let ours: TestAnalysis;
    let theirs: TsServer;

    before(async () => {
      ours = startAnalysis(folder);
      theirs = startTsServer();
      await theirs.open(path.join(folder, "index.ts"));
    });
    after(async () => {
      await ours.close();
      theirs.close();
    });

    it("positions of 30 drawn symbols equal its references and its rename", async () => {
      let positions = 0;
      for (const symbol of drawn) {
        const compared = await differencesOf(symbol, { folder, ours, theirs });
        assert.deepEqual(compared.differences, []);
        positions += compared.positions;
      }
      console.log(`      ${drawn.length} symbols, ${positions} positions`);
    });

    it("answers by name path what it answers by location", async () => {
      const { line, column, file, name } = drawn.find(({ kind }) => kind === "function") ?? assert.fail();
      const absolute = path.join(folder, file);
      assert.deepEqual(
        await ours.positions({ kind: "name", namePath: name, file: absolute }),
        await ours.positions({ kind: "position", file: absolute, line, column }),
      );
    });

    it("diagnostics equal tsc's, file by file", async () => {
      const { items } = await ours.analysis.diagnostics({}, calm);
      const key = ({ path: at, line, column, code }: { path: string; line: number; column: number; code: number }) =>
        `${at}:${line}:${column} TS${code}`;
      const found = items.map((item) => key({ ...item, path: path.relative(folder, item.path) }));
      assert.deepEqual(found.sort(), baseline.map(key).sort());
    });

    it("an outside edit of the same length is seen at once, 100 times", async () => {
      const file = path.join(folder, "utils", "uid.ts");
      const original = await readFile(file, "utf8");
      const texts = [original, original.replace("let index = size", "let index = 'si'")];
      assert.equal(texts[0]?.length, texts[1]?.length);
      for (let turn = 1; turn <= 100; turn++) {
        await writeFile(file, texts[turn % 2] ?? "");
        const { items } = await ours.analysis.diagnostics({ path: file }, calm);
        assert.equal(items.length > 0, turn % 2 === 1, `turn ${turn}`);
      }
      await writeFile(file, original);
    });
  });

  describe("through an MCP client", () => {
    let server: RunningServer;
    let client: TestClient;
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
    const tree = () => {
      git("add", "-A");
      return git("write-tree");
    };

    before(async () => {
      server = await startServer({ folders: [folder] });
      client = await connect("2025-11-25 http", server, [folder]);
    });
    after(async () => {
      await client.close();
      await server.stop();
    });

    /** How the plans so far were checked. */
    const checks: string[] = [];

    async function apply(args: Record<string, unknown>): Promise<string> {
      const plan = await done("preview_refactoring", args);
      const { by, complete } = plan["checked"] as { by: string; complete: boolean };
      checks.push(by);
      // A file of its own can take longer to check than a call may; tsc judges below.
      const accept = complete ? [] : ["errors"];
      const { undoId } = await done("apply_edits", { planId: plan.planId, accept });
      return String(undoId);
    }

    /** The answer, also where the tool hands over to a job. */
    async function done(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
      const { value, isError } = await client.call(tool, args);
      assert.equal(isError, false, `${tool} ${JSON.stringify(args)}: ${JSON.stringify(value)}`);
      if (value["state"] !== "running") return value;
      for (;;) {
        const job = await client.call("get_job", { jobId: value["jobId"], wait: 60 });
        assert.equal(job.isError, false, JSON.stringify(job.value));
        if (job.value["state"] === "done") return job.value["result"] as Record<string, unknown>;
      }
    }

    /** Applies all, has tsc compare, and takes all back, the last first. */
    async function survives(all: readonly Record<string, unknown>[]) {
      const before = tree();
      const undos: string[] = [];
      for (const args of all) undos.push(await apply(args));
      assert.notEqual(tree(), before);
      const after = await tscErrors(folder);
      assert.deepEqual(newErrors(baseline, after), []);
      for (const undoId of undos.reverse()) await done("undo_edits", { undoId });
      assert.equal(tree(), before, "every byte is back");
      assert.equal(git("status", "--porcelain"), "");
    }

    it("the default references answer of the most used symbol is at most 2 kB", async () => {
      const { value } = await client.call("find_references", { symbol: "clients/createClient.ts#Client" });
      const bytes = Buffer.byteLength(JSON.stringify(value));
      console.log(`      ${String(value["total"])} positions, ${bytes} bytes`);
      assert.ok((value["total"] as number) > 500 && bytes <= 2048, `${bytes} bytes`);
    });

    it("20 renames, most of them proven by names alone, leave no new error, and undo restores every byte", async () => {
      // Members of type literals are left out: types that only look alike are other symbols, to tsserver's rename too.
      const renames = (await drawSymbols(folder, { seed, count: 40 }))
        .filter(({ kind }) => kind === "function" || kind === "type")
        .slice(0, 20)
        .map(({ file, line, column, name }) => ({
          operation: "rename_symbol",
          path: file,
          line,
          column,
          newName: name + suffix,
        }));
      assert.equal(renames.length, 20);
      checks.length = 0;
      await survives(renames);
      const byNames = checks.filter((by) => by === "names").length;
      console.log(`      ${byNames} proven by names`);
      assert.ok(byNames >= 15);
    });

    it("13 other refactorings leave no new error, and undo restores every byte", async () => {
      const range = async (file: string, text: string) => {
        const source = await readFile(path.join(folder, file), "utf8");
        const at = source.indexOf(text);
        assert.notEqual(at, -1, `${file} has no ${text}`);
        const location = (offset: number) => {
          const lines = source.slice(0, offset).split("\n");
          return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
        };
        const [start, end] = [location(at), location(at + text.length)];
        return {
          path: file,
          range: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
        };
      };
      // 50 to 100 files import each: they are proven by names alone.
      const usedMuch = [
        { operation: "move_symbol", symbol: "errors/base.ts#BaseError", to: "errors/version.ts" },
        {
          operation: "move_symbol",
          symbol: "utils/encoding/toHex.ts#numberToHex",
          to: "utils/encoding/numberToHex.ts",
        },
        {
          operation: "move_symbol",
          symbol: "accounts/utils/parseAccount.ts#parseAccount",
          to: "accounts/utils/parse.ts",
        },
      ];
      await survives([
        {
          operation: "extract_constant",
          newName: "byteLength",
          ...(await range("utils/data/size.ts", "Math.ceil((value.length - 2) / 2)")),
        },
        {
          operation: "extract_function",
          newName: "randomHex",
          ...(await range("utils/uid.ts", "((256 + Math.random() * 256) | 0).toString(16).substring(1)")),
        },
        {
          operation: "extract_type",
          newName: "WaitOptions",
          ...(await range("utils/wait.ts", "{ signal?: AbortSignal | undefined }")),
        },
        { operation: "inline", symbol: "utils/getAction.ts#getAction/action_implicit" },
        { operation: "organize_imports", path: "clients/createClient.ts" },
        { operation: "convert_parameters_to_destructured_object", symbol: "utils/uid.ts#uid" },
        { operation: "move_symbol", symbol: "utils/data/isHex.ts#isHex", to: "utils/data/hexCheck.ts" },
        { operation: "move_symbol", symbol: "utils/wait.ts#wait", to: "utils/promise/pause.ts" },
        { operation: "move_path", path: "utils/getAction.ts", to: "utils/actions/getAction.ts" },
        { operation: "move_path", path: "utils/unit", to: "utils/numbers/unit" },
        ...usedMuch,
      ]);
      assert.deepEqual(checks.slice(-usedMuch.length), ["names", "names", "names"]);
    });
  });
});

/** The text of a file in front of a position. */
/** What the second run has more of, by path, code and message; names that were changed on purpose count as the old ones. */
function newErrors(before: readonly ErrorLike[], after: readonly ErrorLike[]): string[] {
  const key = ({ path: file, code, message }: ErrorLike) =>
    `${file} TS${code} ${message}`.replaceAll(new RegExp(`${suffix}\\b`, "g"), "");
  const left = before.map(key);
  return after.map(key).filter((item) => {
    const at = left.indexOf(item);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

interface ErrorLike {
  readonly path: string;
  readonly code: number;
  readonly message: string;
}

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { subjectNames } from "../../scripts/lib/subjectFolders.ts";
import { subject } from "../../scripts/lib/subjects.ts";
import { runCli } from "../support/cli.ts";

interface Answer {
  readonly findings: readonly { readonly severity: string; readonly rule: string }[];
  readonly total: number;
  readonly behind?: number;
  readonly inBaseline?: number;
}

for (const name of subjectNames) {
  describe(`the findings of ${name}`, function () {
    this.timeout(400_000);
    let scratch: string;
    let folder: string;

    before(async () => {
      const { folder: original } = await subject(name);
      scratch = await mkdtemp(path.join(tmpdir(), "lfc-findings-"));
      folder = path.join(scratch, "work");
      await cp(original, folder, { recursive: true, filter: (from) => path.basename(from) !== "node_modules" });
    });
    after(() => rm(scratch, { recursive: true, force: true }));

    async function call(tool: string, args: object): Promise<unknown> {
      const { code, stdout, stderr } = await runCli([
        ...["call", tool, JSON.stringify(args)],
        ...["--workspace", folder, "--data", path.join(scratch, "data")],
      ]);
      assert.equal(code, 0, stdout + stderr);
      return JSON.parse(stdout);
    }
    const quality = async (args: object) =>
      (await call("analyze_code_quality", { limit: 1000, maxTokens: 100_000, ...args })) as Answer;

    it("are fewer than 60 by default, and all on demand", async () => {
      const { findings, total, behind = 0 } = await quality({});
      assert.ok(total > 0 && total < 60, `${total} listed`);
      assert.equal(findings.length, total);
      assert.ok(findings.every(({ severity }) => severity !== "information"));
      const all = await quality({ severity: "information" });
      assert.equal(all.total, total + behind);
      assert.equal(all.behind, undefined);
      console.log(`      ${total} by default, ${all.total} in all`);
    });

    it("are 0 once they are the baseline, and the baseline is the same when it is written again", async () => {
      const file = path.join(folder, ".langflow-connect/baseline.json");
      const before = await quality({ severity: "information" });
      await call("write_baseline", {});
      const text = await readFile(file, "utf8");
      const after = await quality({ severity: "information" });
      assert.deepEqual([after.total, after.inBaseline], [0, before.total]);
      assert.equal((await quality({})).total, 0);
      await call("write_baseline", {});
      assert.equal(await readFile(file, "utf8"), text);
    });
  });
}

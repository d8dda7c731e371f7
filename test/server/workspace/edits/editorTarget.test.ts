import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LeftOut, PartlyApplied, Rejected } from "../../../../src/server/platform/decision.ts";
import { createLogger } from "../../../../src/server/platform/logger.ts";
import { ToolError } from "../../../../src/server/platform/errors.ts";
import type { EditTarget, Edits } from "../../../../src/server/workspace/edits/edits.ts";
import { openEdits } from "../../../../src/server/workspace/edits/openEdits.ts";
import { openWorkspace } from "../../../../src/server/workspace/workspace.ts";
import type { Workspace } from "../../../../src/server/workspace/workspace.ts";
import { applyOptions } from "../../../support/edits.ts";
import { scratchWorkspace } from "../../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../../support/workspaces.ts";

describe("edits in an editor", () => {
  let scratch: ScratchWorkspace;
  let data: string;
  let workspace: Workspace;
  const at = (file: string) => path.join(scratch.folder, file);

  beforeEach(async () => {
    scratch = await scratchWorkspace({ "a.ts": "a\n", ".git/config": "" }, { git: false });
    data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
    workspace = await openWorkspace([scratch.folder]);
  });
  afterEach(async () => {
    await scratch.remove();
    await rm(data, { recursive: true, force: true });
  });

  function edits(target: Partial<EditTarget>): Promise<Edits> {
    const editor: EditTarget = {
      isEditor: true,
      async apply({ transitions }) {
        // What an editor with "format on save" leaves on the disk is not what the change asked for.
        for (const { path: file, after } of transitions) {
          if (after) await writeFile(file, `${after.bytes.toString()}// formatted\n`);
          else await rm(file);
        }
      },
      ...target,
    };
    return openEdits({ workspace, data, log: createLogger(() => undefined), policy: () => "ask", target: editor });
  }

  async function write(service: Edits, file: string, content: string, signal = applyOptions.signal) {
    const plan = await service.files.write({ path: file, content, overwrite: true });
    return service.apply(plan, { ...applyOptions, signal });
  }

  it("are undone although the editor changed the text on saving", async () => {
    const service = await edits({});
    const { undoId, etags } = await write(service, "a.ts", "b\n");
    assert.equal(await readFile(at("a.ts"), "utf8"), "b\n// formatted\n");
    assert.equal(etags.get(at("a.ts")), (await workspace.documents.read(at("a.ts"))).etag);
    await service.undo(undoId, applyOptions);
    assert.match(await readFile(at("a.ts"), "utf8"), /^a\n/);
  });

  it("leave no empty folder behind a moved file, and undo gives a deleted one its permissions back", async () => {
    await mkdir(at("old/deep"), { recursive: true });
    await writeFile(at("old/deep/run.sh"), "echo\n");
    await chmod(at("old/deep/run.sh"), 0o750);
    const service = await edits({
      async apply({ transitions }) {
        for (const { path: file, after } of transitions) {
          await mkdir(path.dirname(file), { recursive: true });
          if (after) await writeFile(file, after.bytes);
          else await rm(file);
        }
      },
    });
    const move = { kind: "rename", path: "old/deep/run.sh", to: "new/run.sh", edits: [] } as const;
    const { undoId } = await service.apply(await service.plan("Move", [move]), applyOptions);
    await assert.rejects(stat(at("old")), { code: "ENOENT" });
    assert.equal((await stat(at("new/run.sh"))).mode & 0o777, 0o750);
    await service.undo(undoId, applyOptions);
    assert.equal((await stat(at("old/deep/run.sh"))).mode & 0o777, 0o750);
    await assert.rejects(stat(at("new")), { code: "ENOENT" });
  });

  describe("of which the user leaves something out", () => {
    const both = [
      { kind: "create", path: "one.ts", text: "1\n" },
      { kind: "edit", path: "a.ts", edits: [{ start: 0, end: 1, newText: "b" }] },
    ] as const;
    /** An editor that makes of the two files what is said, and reports that the other is left. */
    const making = (made: readonly string[], failed = false) =>
      edits({
        async apply({ transitions }) {
          for (const { path: file, after } of transitions) {
            if (made.includes(path.basename(file)) && after) await writeFile(file, after.bytes);
          }
          throw new LeftOut({ paths: ["one.ts", "a.ts"].filter((name) => !made.includes(name)).map(at), failed });
        },
      });
    async function applied(service: Edits): Promise<unknown> {
      const plan = await service.plan("Two files", both);
      return service.apply(plan, applyOptions).then(
        () => assert.fail("it was applied"),
        (error: unknown) => error,
      );
    }

    it("are made as far as the files show, and that part can be undone", async () => {
      const service = await making(["one.ts"]);
      const error = await applied(service);
      assert.ok(error instanceof PartlyApplied);
      assert.deepEqual([error.applied.files, error.left], [[at("one.ts")], [at("a.ts")]]);
      await (await edits({})).undo(error.applied.undoId, applyOptions);
      await assert.rejects(stat(at("one.ts")), { code: "ENOENT" });
      assert.equal(await readFile(at("a.ts"), "utf8"), "a\n");
    });

    it("leave a file to somebody else who made it meanwhile, and undo does so, too", async () => {
      for (const failed of [false, true]) {
        const service = await edits({
          async apply() {
            await writeFile(at("one.ts"), "another's\n");
            await writeFile(at("a.ts"), "b\n");
            throw new LeftOut({ paths: [at("one.ts")], failed });
          },
        });
        const error = await applied(service);
        assert.ok(error instanceof ToolError);
        await (await edits({})).undo(String(error.details["undoId"]), applyOptions);
        assert.equal(await readFile(at("one.ts"), "utf8"), "another's\n");
        assert.equal((await readFile(at("a.ts"), "utf8")).split("\n")[0], "a");
        await rm(at("one.ts"));
        await writeFile(at("a.ts"), "a\n");
      }
    });

    it("are rejected when no file has anything of them, whatever the editor called it", async () => {
      const error = await applied(await making([]));
      assert.ok(error instanceof Rejected);
    });

    it("are a failure with its way back when the editor fails in the middle", async () => {
      const error = await applied(await making(["a.ts"], true));
      assert.ok(error instanceof ToolError && !(error instanceof PartlyApplied));
      assert.match(error.message, /failed in the middle.*one\.ts/);
      await (await edits({})).undo(String(error.details["undoId"]), applyOptions);
      assert.equal((await readFile(at("a.ts"), "utf8")).split("\n")[0], "a");
    });
  });

  it("make no folder without a yes, and none in a protected location at all", async () => {
    const asked: string[] = [];
    let answer = false;
    const service = await edits({
      async confirm({ title }) {
        asked.push(title);
        if (!answer) throw new ToolError("CONFLICT", "Declined.", "Ask.");
      },
    });
    const create = async (folder: string) => service.createFolder(await workspace.resolve(folder), applyOptions);
    await assert.rejects(create(".git/hooks"), { code: "PROTECTED_PATH" });
    await assert.rejects(create(".vscode"), { code: "PROTECTED_PATH" });
    await assert.rejects(create("src/new"), { code: "CONFLICT" });
    await assert.rejects(stat(at("src")), { code: "ENOENT" });
    answer = true;
    assert.equal(await create("src/new"), true);
    assert.ok((await stat(at("src/new"))).isDirectory());
    assert.deepEqual(asked, ["Create the folder src/new", "Create the folder src/new"]);
  });

  it("ask before something that changes no file here, and only while the user wants to be asked", async () => {
    const asked: string[] = [];
    const service = await edits({
      confirm({ title }) {
        asked.push(title);
        return asked.length > 1 ? Promise.resolve() : Promise.reject(new ToolError("CONFLICT", "Declined.", "Ask."));
      },
    });
    await assert.rejects(service.permit("POST https://api.example.com/", applyOptions), { code: "CONFLICT" });
    await service.permit("POST https://api.example.com/", applyOptions);
    assert.deepEqual(asked, ["POST https://api.example.com/", "POST https://api.example.com/"]);
  });

  it("are not made after a cancel while an earlier one waits for the user", async () => {
    let answer: () => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const titles: string[] = [];
    const service = await edits({
      apply: ({ title }) => {
        titles.push(title);
        asked();
        return new Promise((resolve) => (answer = resolve));
      },
    });
    const first = write(service, "one.ts", "1\n");
    await isAsked;
    const cancel = new AbortController();
    const second = write(service, "two.ts", "2\n", cancel.signal);
    const refused = assert.rejects(second, { code: "CANCELLED" });
    setTimeout(() => cancel.abort(), 50);
    await refused;
    answer();
    await first;
    await write(await edits({}), "three.ts", "3\n");
    assert.deepEqual(titles, ["Create one.ts"]);
  });
});

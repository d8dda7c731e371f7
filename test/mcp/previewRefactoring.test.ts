import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fails, ok } from "../support/answers.ts";
import { codeSample } from "../support/codeSample.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("preview_refactoring", codeSample, (bench) => {
  const text = (file: string) => readFile(path.join(bench.workspace.folder, file), "utf8");
  const status = () =>
    execFileSync("git", ["status", "--porcelain"], { cwd: bench.workspace.folder, encoding: "utf8" });

  const preview = (args: Record<string, unknown>) => ok(bench.client, "preview_refactoring", args);

  /** Applies, checks the text, and takes it back byte for byte. */
  async function applied(args: Record<string, unknown>, expected: Record<string, RegExp>) {
    const plan = await preview(args);
    assert.equal(status(), "", "a preview changes nothing");
    const { undoId } = await ok(bench.client, "apply_edits", { planId: plan.planId });
    for (const [file, pattern] of Object.entries(expected)) assert.match(await text(file), pattern);
    assert.notEqual(status(), "");
    await ok(bench.client, "undo_edits", { undoId });
    assert.equal(status(), "");
    return plan;
  }

  it("renames across re-exports", async () => {
    const plan = await applied(
      { operation: "rename_symbol", symbol: "Client", newName: "Api" },
      { "src/client.ts": /class Api /, "src/index.ts": /Api, Api as Connection/, "src/app.ts": /import \{ Api, limit/ },
    );
    assert.deepEqual([plan.files, plan.edits, plan.added, plan.conflicts], [3, 6, [], []]);
    assert.deepEqual(plan.checked, { by: "names", files: 3, complete: true });
    assert.match(plan.diff as string, /-export class Client \{\n\+export class Api \{/);
  });

  it("renames the file that is named after a symbol too", async () => {
    const plan = await applied(
      { operation: "rename_symbol", symbol: "Client", newName: "HttpClient", renameFile: true },
      { "src/httpClient.ts": /class HttpClient /, "src/index.ts": /HttpClient as Connection \} from '.\/httpClient'/ },
    );
    assert.equal(plan.title, "Rename Client to HttpClient, and src/client.ts to src/httpClient.ts");
    assert.deepEqual([plan.added, plan.conflicts], [[], []]);
    const asked = { operation: "move_path", path: "src/client.ts", to: "src/a.ts", renameFile: true };
    const { message } = await fails(bench.client, "preview_refactoring", asked, "INVALID_ARGUMENT");
    assert.match(String(message), /takes no `renameFile`/);
  });

  it("warns of names that are taken and refuses what is no name", async () => {
    const { conflicts, added } = await preview({ operation: "rename_symbol", symbol: "limit", newName: "used" });
    assert.match(JSON.stringify(conflicts), /already means something else/);
    assert.deepEqual(added, [], "the compiler alone would not notice");
    const asked = { operation: "rename_symbol", symbol: "limit", newName: "class" };
    await fails(bench.client, "preview_refactoring", asked, "INVALID_ARGUMENT");
  });

  it("moves a file, mending imports on both sides", async () => {
    const plan = await applied(
      { operation: "move_path", path: "src/client.ts", to: "src/net/client.ts" },
      { "src/index.ts": /from '.\/net\/client'/, "src/net/client.ts": /class Client/ },
    );
    assert.deepEqual(plan.added, []);
  });

  it("moves a folder", async () => {
    await applied({ operation: "move_path", path: "src", to: "source" }, { "source/app.ts": /from '.\/index'/ });
  });

  it("moves a symbol into another file, and re-exports of it along", async () => {
    const plan = await applied(
      { operation: "move_symbol", symbol: "limit", to: "src/limits.ts" },
      {
        "src/limits.ts": /export const limit = 10;/,
        "src/index.ts": /export \* from '.\/client';\nexport \{ limit \} from '.\/limits';/,
      },
    );
    assert.deepEqual(plan.added, []);
  });

  it("moves several symbols of one file together", async () => {
    const plan = await applied(
      { operation: "move_symbol", symbols: ["limit", "Client"], to: "src/both.ts" },
      { "src/both.ts": /export class Client[\s\S]*export const limit|export const limit[\s\S]*export class Client/ },
    );
    assert.deepEqual(plan.added, []);
    assert.match(plan.title as string, /Client/);
  });

  it("refuses several symbols that no one plan can move", async () => {
    const refusal = async (args: Record<string, unknown>) => {
      const asked = { operation: "move_symbol", to: "src/both.ts", ...args };
      return String((await fails(bench.client, "preview_refactoring", asked, "INVALID_ARGUMENT")).message);
    };
    assert.match(await refusal({ symbols: ["limit", "run"] }), /run is in another file than .*limit/);
    assert.match(await refusal({ symbols: ["limit", "src/client.ts#limit"] }), /names .*limit twice/);
    assert.match(await refusal({ symbol: "limit", symbols: ["limit", "Client"] }), /`symbols` names all that moves/);
    assert.match(await refusal({ operation: "rename_symbol", symbols: ["limit", "Client"] }), /takes no `symbols`/);
  });

  it("extracts a function and a constant under the name that is asked for", async () => {
    const range = { startLine: 4, startColumn: 18, endLine: 4, endColumn: 33 };
    await applied(
      { operation: "extract_function", path: "src/client.ts", range, newName: "double" },
      { "src/client.ts": /function double\(text: string\)/ },
    );
    await applied(
      { operation: "extract_constant", path: "src/client.ts", range, newName: "doubled" },
      { "src/client.ts": /const doubled = text\.length \* 2;/ },
    );
  });

  it("refuses to inline a call that would run twice, and runs the compiler's other actions by name", async () => {
    const { message } = await fails(
      bench.client,
      "preview_refactoring",
      { operation: "inline", symbol: "run/used" },
      "RUNS_TWICE",
    );
    assert.match(String(message), /used/);
    const error = await fails(
      bench.client,
      "preview_refactoring",
      { operation: "no_such_action", symbol: "run" },
      "INVALID_ARGUMENT",
    );
    assert.ok((error.operations as string[]).includes("convert_parameters_to_destructured_object"));
    await applied(
      { operation: "convert_parameters_to_destructured_object", symbol: "run" },
      { "src/app.ts": /run\(\{ client \}/ },
    );
  });

  it("says which new errors a plan would bring", async () => {
    const range = { startLine: 3, startColumn: 1, endLine: 3, endColumn: 1 };
    const { added, checked } = await preview({ operation: "rename_symbol", symbol: "Client/calls", newName: "send" });
    assert.ok((added as unknown[]).length > 0, JSON.stringify({ checked, range }));
    assert.equal((checked as { by: string }).by, "types");
  });

  it("says of a file in another language that its symbols are not known", async () => {
    const asked = { operation: "rename_symbol", symbol: "tools/report.py#Report", newName: "Memo" };
    const { remedy } = await fails(bench.client, "preview_refactoring", asked, "UNSUPPORTED_LANGUAGE");
    assert.match(String(remedy), /search_code or extract_code_components/);
  });
});

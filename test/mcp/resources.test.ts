import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { overEveryClient } from "../support/everyClient.ts";

const long = Array.from({ length: 30_000 }, (_, line) => `line ${String(line)} of a long file`).join("\n");
const files = {
  "tsconfig.json": "{}\n",
  "src/basket.ts":
    'import { loaf } from "./bread/loaf.ts";\n/** Has fruits. */\nexport class Basket { loaf = loaf; }\n',
  "src/bread/loaf.ts": "export const loaf = 1;\n",
  "with space é.txt": "pears\n",
  "long.txt": long,
  "picture.bin": Buffer.from([0, 1, 2]),
  ".env": "API_KEY=sk-live-abcdefghijklmnopqrstuvwx\n",
};

overEveryClient("resources", files, (bench) => {
  const text = async (uri: string) => (await bench.client.offers.read(uri)).contents[0]?.text;

  it("are reports, diagrams and files by their path", async () => {
    const { resources } = await bench.client.offers.resources();
    const { resourceTemplates } = await bench.client.offers.templates();
    assert.deepEqual(
      resources.map(({ uri }) => uri),
      ["reports/repository", "reports/quality", "reports/cost", "reports/health", "diagrams/modules"].map(
        (path) => `workspace://${path}`,
      ),
    );
    assert.deepEqual(
      resourceTemplates.map(({ uriTemplate }) => uriTemplate),
      ["workspace://files/{+path}", "workspace://documentation/{+path}"],
    );
  });

  it("are all readable as the list says", async () => {
    const { resources } = await bench.client.offers.resources();
    for (const { uri, mimeType } of resources) {
      const [content] = (await bench.client.offers.read(uri)).contents;
      assert.deepEqual([content?.uri, content?.mimeType], [uri, mimeType]);
      if (mimeType === "application/json") assert.notDeepEqual(JSON.parse(String(content?.text)), {});
    }
  });

  it("give a file as it is, whole, and by an encoded path", async () => {
    assert.equal(await text("workspace://files/src/bread/loaf.ts"), "export const loaf = 1;\n");
    assert.equal(await text(`workspace://files/${encodeURI("with space é.txt")}`), "pears\n");
    assert.equal(await text("workspace://files/long.txt"), long);
  });

  it("count the files of git in the repository report", async () => {
    const { files: counted } = JSON.parse(String(await text("workspace://reports/repository"))) as { files: number };
    const listed = execFileSync("git", ["ls-files", "-z"], { cwd: bench.workspace.folder, encoding: "utf8" });
    assert.equal(counted, listed.split("\0").length - 1);
  });

  it("draw which folder imports which", async () => {
    const chart = String(await text("workspace://diagrams/modules"));
    assert.match(chart, /```mermaid\nflowchart LR\n/);
    const id = (path: string) => new RegExp(`(m\\d+)\\["${path}"\\]`).exec(chart)?.[1];
    assert.ok(chart.includes(`${String(id("src"))} --> ${String(id("src/bread"))}`), chart);
  });

  it("document a module", async () => {
    assert.match(String(await text("workspace://documentation/src/basket.ts")), /### Basket\n[\s\S]*Has fruits\./);
  });

  it("refuse what is not there, what is outside, what is protected and what is no text", async () => {
    await assert.rejects(text("workspace://files/none.txt"), /none\.txt/);
    await assert.rejects(text("workspace://files/../../etc/passwd"));
    await assert.rejects(text("workspace://files/%2e%2e/%2e%2e/etc/passwd"));
    await assert.rejects(text("workspace://files/%ff"), /There is no resource/);
    await assert.rejects(text("workspace://files/picture.bin"));
    await assert.rejects(text("workspace://reports/none"), /There is no resource/);
    await assert.rejects(text("file:///etc/passwd"), /There is no resource/);
  });

  it("show no secret that read_file would not show", async () => {
    const shown = await text("workspace://files/.env").catch((error: unknown) => String(error));
    assert.ok(!String(shown).includes("sk-live-abcdefghijklmnopqrstuvwx"), shown);
  });

  it("complete paths", async () => {
    const { offers } = bench.client;
    assert.deepEqual(await offers.complete("workspace://files/{+path}", "path", "src/"), [
      "src/basket.ts",
      "src/bread/",
    ]);
  });
});

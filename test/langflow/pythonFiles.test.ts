import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { realParts } from "../../scripts/lib/realParts.ts";
import { openFlowServices } from "./flowServices.ts";
import type { FlowServices, StoredFlow } from "./flowServices.ts";
import { starterFiles } from "./starterProjects.ts";

const run = promisify(execFile);
type Node = StoredFlow["data"]["nodes"][number] & {
  readonly id: string;
  readonly data: { readonly node: { edited?: boolean } };
};

describe("Python beside a flow, with Langflow 1.13.0", function () {
  this.timeout(120_000);
  let services: FlowServices;
  before(async () => {
    services = await openFlowServices("1.13.0");
  });
  after(() => services.close());

  it("is made by `flow python`, edited, checked by Langflow and pushed, and lfx finds nothing to change in the flow file", async () => {
    const { folder, cli } = services;
    const at = (file: string) => path.join(folder, file);
    const starter = starterFiles<StoredFlow>("1.13.0").get("Basic Prompting.json") ?? assert.fail("no such project");
    const data = JSON.parse(JSON.stringify(starter.data)) as StoredFlow["data"];
    const nodes = data.nodes as unknown as Node[];
    const input = nodes.find(({ id }) => id.startsWith("ChatInput")) ?? assert.fail("no input");
    input.data.node.edited = true;
    const { id } = await services.make("Python orchard", { data });
    const codeThere = async () => {
      const now = (await services.stored(id)).data.nodes as unknown as Node[];
      return now.find((node) => node.id === input.id)?.data.node.template["code"]?.value;
    };
    const shipped = await codeThere();
    assert.ok(typeof shipped === "string");

    await cli("pull", id);
    const pulled = readFileSync(at("flows/Python_orchard.json"), "utf8");
    assert.equal(existsSync(at("flows/Python_orchard")), false);
    // Without a connection too.
    const made = await cli("python", "flows/Python_orchard.json");
    const python = `flows/Python_orchard/${input.id}.py`;
    assert.equal(made.stdout.trim(), `flows/Python_orchard.json: ${python}`);
    assert.deepEqual(readdirSync(at("flows/Python_orchard")), [`${input.id}.py`]);
    assert.equal(readFileSync(at(python), "utf8"), shipped);
    assert.equal(readFileSync(at("flows/Python_orchard.json"), "utf8"), pulled);

    const edited = readFileSync(at(python), "utf8").replace(
      "async def message_response(self)",
      "async def message_response(self) ",
    );
    const changed = `# Édith's orchard\n${edited}`;
    writeFileSync(at(python), changed);
    assert.match((await cli("status")).stdout, /^changed here +Python orchard /m);
    // Langflow itself reads the code of the Python file.
    writeFileSync(at(python), changed.replace("class ChatInput", "class class ChatInput"));
    const { stdout: broken, code } = await cli("check", "flows/Python_orchard.json");
    assert.equal(code, 1);
    const line = changed.split("\n").findIndex((each) => each.startsWith("class ChatInput")) + 1;
    assert.match(broken, new RegExp(`does not compile, in line ${String(line)}:`));
    writeFileSync(at(python), changed);
    assert.equal((await cli("push", "flows/Python_orchard.json")).code, 0);
    assert.equal(await codeThere(), changed);
    assert.match((await cli("status")).stdout, /^same +Python orchard /m);

    const { command } = realParts().langflow.versions["1.13.0"];
    const before = readFileSync(at("flows/Python_orchard.json"), "utf8");
    assert.ok(before.includes(JSON.stringify(changed)), "the flow file has the code");
    await run(path.join(path.dirname(command), "lfx"), ["export", "--in-place", at("flows/Python_orchard.json")]);
    assert.equal(readFileSync(at("flows/Python_orchard.json"), "utf8"), before);
  });
});

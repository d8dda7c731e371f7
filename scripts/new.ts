// npm run new -- tool|operation|topic NAME: writes what docs/adding-*.md describe, with a test, so that npm run check
// passes and only the work itself is missing.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const usage = `Usage:
  npm run new -- tool verb_noun               a tool of the MCP server, such as count_lines
  npm run new -- operation service.operation  an operation for window and command line, such as link.latency
  npm run new -- topic name                   a value that the server publishes to the panel, such as memory`;

const [kind, name = ""] = process.argv.slice(2);
const made: string[] = [];

switch (kind) {
  case "tool":
    await newTool(name);
    break;
  case "operation":
    await newOperation(name);
    break;
  case "topic":
    await newTopic(name);
    break;
  default:
    stop(usage);
}
run("--bin", "prettier", "--write", "--log-level", "warn", ...made);
run("scripts/gen.ts");
console.log(`Written: ${made.join(", ")}.\nSee docs/adding-${kind}.md for what is left to do.`);

async function newTool(tool: string): Promise<void> {
  if (!/^[a-z]+(_[a-z]+)+$/.test(tool)) stop("A tool is named verb_noun, such as count_lines.");
  const [first = "", ...rest] = tool.split("_");
  const camel = first + rest.map(capital).join("");
  const title = capital(tool.replaceAll("_", " "));
  await create(
    `src/server/tools/${camel}.ts`,
    `import { z } from "zod";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";

export const ${camel} = defineTool({
  name: "${tool}",
  title: "${title}",
  toolset: "files",
  effect: "read",
  description: lines("Says in one sentence what it does, and when to use it.", "Returns what its answer contains."),
  needs: ["workspace"],
  input: z.strictObject({ path: Param.path }),
  output: z.object({ lines: z.int() }),
  async handler({ path }, { workspace }) {
    const { document } = await workspace.read(path);
    return { lines: document.text.split("\\n").length };
  },
});
`,
  );
  await edit("src/server/tools/index.ts", [
    { before: "\n/** Every tool,", insert: `import { ${camel} } from "./${camel}.ts";\n` },
    { before: "];\n\n/** They", insert: `  ${camel},\n` },
  ]);
  await create(
    `test/mcp/${camel}.test.ts`,
    `import assert from "node:assert/strict";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("${tool}", { "notes.txt": "one\\ntwo" }, (bench) => {
  it("answers about a file", async () => {
    const { value, isError } = await bench.client.call("${tool}", { path: "notes.txt" });
    assert.deepEqual([isError, value], [false, { lines: 2 }]);
  });

  it("names the nearest path for one that does not exist", async () => {
    const { value, isError } = await bench.client.call("${tool}", { path: "note.txt" });
    assert.equal(isError, true);
    assert.match(JSON.stringify(value), /NOT_FOUND.*notes\\.txt/);
  });
});
`,
  );
}

async function newOperation(operation: string): Promise<void> {
  const [service = "", verb = ""] = operation.split(".");
  const file = `src/server/operations/${{ flows: "flows", runs: "runs", link: "link", ledger: "ledger", endpoint: "endpoint" }[service] ?? ""}.ts`;
  if (!/^[a-z]+\.[a-z][a-zA-Z]*$/.test(operation) || !existsSync(file)) {
    stop(
      "An operation is named service.operation, such as link.latency; a service is a file of src/server/operations.",
    );
  }
  const list = { flows: "flow", runs: "run", link: "link", ledger: "ledger", endpoint: "endpoint" }[service] ?? "";
  await edit("src/protocol/operations.ts", [
    {
      before: "} as const;\n\nexport type OperationName",
      insert: `  "${operation}": { effect: "read", params: none, result: z.object({ state: z.string() }) },\n`,
    },
  ]);
  await edit(file, [
    {
      before: "];\n",
      after: `export const ${list}Operations = [`,
      insert: `  defineOperation("${operation}", {
    needs: ["link"],
    command: { name: "${verb.toLowerCase()}", show: ({ state }) => state },
    run: (_, __, { link }) => ({ state: link.status().state }),
  }),
`,
    },
  ]);
  await create(
    `test/server/operations/${service}${capital(verb)}.test.ts`,
    `import assert from "node:assert/strict";
import { linkWith, runOperation } from "../../support/operations.ts";

describe("the operation ${operation}", () => {
  it("answers from the link", async () => {
    const link = linkWith({ state: "connected", warnings: [] });
    assert.deepEqual(await runOperation("${operation}", {}, { link }), { state: "connected" });
  });
});
`,
  );
}

async function newTopic(topic: string): Promise<void> {
  if (!/^[a-z][a-zA-Z]*$/.test(topic)) stop("A topic has a name of one word, such as memory.");
  const component = capital(topic);
  await edit("src/protocol/topics.ts", [
    { before: "}\n\nexport type TopicName", insert: `  readonly ${topic}: number;\n` },
    { before: `"] as const satisfies`, insert: `", "${topic}` },
  ]);
  await edit("src/server/app/app.ts", [
    { before: "  const operate = createOperations(", insert: `  topics.publish("${topic}", 0);\n` },
  ]);
  await create(
    `src/webview/${topic}.tsx`,
    `import { useSlice } from "./slices.ts";

/** Says what it shows. */
export function ${component}() {
  const ${topic} = useSlice("${topic}");
  if (${topic} === undefined) return null;
  return (
    <section aria-labelledby="${topic}">
      <h2 id="${topic}">${component}</h2>
      <p>{${topic}}</p>
    </section>
  );
}
`,
  );
  await edit("src/webview/app.tsx", [
    { before: `import { send, useSlice }`, insert: `import { ${component} } from "./${topic}.tsx";\n` },
    { before: "      <ActivityList />", insert: `      <${component} />\n` },
  ]);
}

interface Insertion {
  /** The text that the insertion comes before. */
  readonly before: string;
  /** Only what comes after this text counts. */
  readonly after?: string;
  readonly insert: string;
}

async function edit(file: string, insertions: readonly Insertion[]): Promise<void> {
  let text = await readFile(file, "utf8");
  for (const { before, after = "", insert } of insertions) {
    const at = text.indexOf(before, text.indexOf(after));
    if (at === -1) stop(`${file} has no ${JSON.stringify(before)} any more: correct scripts/new.ts.`);
    text = text.slice(0, at) + insert + text.slice(at);
  }
  await writeFile(file, text);
  made.push(file);
}

async function create(file: string, text: string): Promise<void> {
  if (existsSync(file)) stop(`${file} exists already.`);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  made.push(file);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function run(...args: string[]): void {
  const { status } = spawnSync(process.execPath, ["scripts/node.mjs", ...args], { stdio: "inherit" });
  if (status !== 0) stop(`node scripts/node.mjs ${args.join(" ")} failed.`);
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}

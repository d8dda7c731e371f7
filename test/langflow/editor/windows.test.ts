import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { commandId } from "../../../src/protocol/commands.ts";
import { openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import type { Langflow } from "../../support/langflow.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { sharedLangflow } from "../live.ts";
import { paletteOf } from "../../support/palette.ts";
import { askLangflow } from "../rest.ts";

const branches = Array.from({ length: 30 }, (_, at) => `  if (n === ${String(at)}) return ${String(at)};\n`).join("");
const tangled = (name: string) => `export function ${name}(n: number) {\n${branches}  return 0;\n}\n`;

/** Each run of the analysis flow asks both tools once. */
const twoRuns = [
  ["analyze_code_quality", "Langflow", 2],
  ["analyze_repository", "Langflow", 2],
];

/** A window with the person before it. */
interface Seat {
  readonly editor: Editor;
  readonly palette: ReturnType<typeof paletteOf>;
}

describe("Several windows and one Langflow", function () {
  this.timeout(240_000);
  let langflow: Langflow;
  let rest: ReturnType<typeof askLangflow>;
  let data: string;
  const workspaces: ScratchWorkspace[] = [];
  const open: Editor[] = [];

  before(async () => {
    langflow = await sharedLangflow("1.13.0");
    rest = askLangflow(langflow);
  });
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "lfc-windows-"));
  });
  afterEach(async () => {
    for (const editor of open.splice(0)) await editor.close().catch(() => undefined);
    for (const workspace of workspaces.splice(0)) await workspace.remove();
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  });

  async function folder(name: string, files: Readonly<Record<string, string>>): Promise<string> {
    const workspace = await scratchWorkspace(files, { name });
    workspaces.push(workspace);
    return workspace.folder;
  }
  async function seat(workspace: string): Promise<Seat> {
    const editor = await openEditor({ workspace, data });
    open.push(editor);
    const palette = paletteOf(editor);
    await palette.connect(langflow.url);
    return { editor, palette };
  }
  async function push({ palette }: Seat): Promise<string> {
    const before = new Set((await rest.flows()).map(({ id }) => id));
    await palette.dismissToasts();
    await palette.run("Push workspace analysis flow");
    await palette.toast("Pushed").waitFor({ timeout: 60_000 });
    const made = (await rest.flows()).filter(({ id }) => !before.has(id));
    assert.equal(made.length, 1, JSON.stringify(made));
    return made[0]?.id ?? "";
  }
  const registered = async (start: string) => (await rest.mcpServers()).filter((name) => name.startsWith(start));
  /** Calls by tool and client, over all windows of the user. */
  async function ledger(): Promise<readonly unknown[]> {
    const files = (await readdir(path.join(data, "ledger"))).filter((name) => name.endsWith(".db"));
    assert.equal(files.length, 1, files.join());
    const database = new DatabaseSync(path.join(data, "ledger", files[0] ?? ""), { readOnly: true });
    const rows = database.prepare("SELECT tool, client, count(*) AS calls FROM calls GROUP BY tool, client").all();
    database.close();
    return rows.map(({ tool, client, calls }) => [tool, client, calls]);
  }

  it("registers two folders of one name each, whose flows answer for their own, and keeps one ledger", async () => {
    const one = await seat(await folder("twins", { "a.txt": "1\n" }));
    const two = await seat(await folder("twins", { "a.txt": "1\n2\n", "b.txt": "3\n" }));
    const names = await registered("workspace-twins");
    assert.equal(names.length, 2);
    assert.ok(names.includes("workspace-twins"));
    assert.match(names.find((name) => name !== "workspace-twins") ?? "", /^workspace-twins-[0-9a-f]{6}$/);

    const [first, second] = [await push(one), await push(two)];
    assert.deepEqual(await rest.runFlow(first), { files: 1, lines: 1 });
    assert.deepEqual(await rest.runFlow(second), { files: 2, lines: 3 });
    for (const { palette } of [one, two]) {
      await palette.dismissToasts();
      await palette.run("Disconnect");
      await palette.toast("Disconnected").waitFor({ timeout: 30_000 });
    }
    assert.deepEqual(await registered("workspace-twins"), []);
    assert.deepEqual(await ledger(), twoRuns);
  });

  /** Problems of ours by file, and the newest report. */
  async function shownAfter(run: Promise<void>, { editor, palette }: Seat) {
    await run;
    const report = await palette.report(1);
    const found = await editor.inHost((vscode) => {
      const nameOf = (uri: { readonly path: string }) => uri.path.split("/").slice(-2).join("/");
      const listed = vscode.languages.getDiagnostics();
      return {
        problems: listed.flatMap(([uri, list]) => list.map(() => nameOf(uri))),
        copies: listed.flatMap(([, list]) =>
          list.flatMap(({ relatedInformation = [] }) => relatedInformation.map(({ location }) => nameOf(location.uri))),
        ),
      };
    });
    return {
      problems: [...new Set(found.problems)],
      copies: found.copies,
      reported: [...new Set(report.match(/(?<=^- \[)(apples|pears)\/\w+\.ts(?=:\d)/gm))],
    };
  }
  const runFlow = ({ editor }: Seat, flow: string) =>
    editor.inHost(
      async (vscode, [command, id]) => {
        await vscode.commands.executeCommand(command, id);
      },
      [commandId("runFlow"), flow] as const,
    );

  it("keeps the findings of two flows apart that two windows run at once, on two folders and on one", async () => {
    const orchard = await folder("orchard", { "apples/pick.ts": tangled("pick"), "pears/press.ts": tangled("press") });
    const first = await seat(orchard);
    const second = await seat(orchard);
    const elsewhere = await seat(await folder("elsewhere", { "pears/slice.ts": tangled("slice") }));
    const whole = await push(first);
    const [apples, pears] = [await rest.qualityOf(whole, "apples"), await rest.qualityOf(whole, "pears")];
    const runs = [
      [first, apples],
      [second, pears],
      [elsewhere, await push(elsewhere)],
    ] as const;
    const [ofFirst, ofSecond, ofElsewhere] = await Promise.all(
      runs.map(([location, flow]) => shownAfter(runFlow(location, flow), location)),
    );
    assert.deepEqual(ofFirst, {
      problems: ["apples/pick.ts"],
      copies: ["pears/press.ts"],
      reported: ["apples/pick.ts"],
    });
    assert.deepEqual(ofSecond, {
      problems: ["pears/press.ts"],
      copies: ["apples/pick.ts"],
      reported: ["pears/press.ts"],
    });
    assert.deepEqual(ofElsewhere, { problems: ["pears/slice.ts"], copies: [], reported: ["pears/slice.ts"] });
  });

  it("registers two windows on one folder once, and the second takes over within 15 s, with one ledger", async () => {
    const shared = await folder("shared", { "a.txt": "1\n2\n3\n" });
    const first = await seat(shared);
    const second = await seat(shared);
    const names = await registered("workspace-shared");
    assert.equal(names.length, 1, names.join());
    const flow = await push(second);
    assert.deepEqual(await rest.runFlow(flow), { files: 1, lines: 3 });

    const held = await first.editor.endpoint();
    await first.editor.close();
    const closed = Date.now();
    await until(
      "the second window holds port and registration",
      async () => {
        const { url, owner } = await second.editor.endpoint();
        return owner && url === held.url;
      },
      15_000,
    );
    assert.deepEqual(await rest.runFlow(flow), { files: 1, lines: 3 });
    assert.ok(Date.now() - closed < 20_000);
    assert.deepEqual(await registered("workspace-shared"), names);
    assert.deepEqual(await ledger(), twoRuns);
  });
});

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeCertificate, startTlsFront } from "../../support/certificates.ts";
import type { TlsFront } from "../../support/certificates.ts";
import { openEditor, until } from "../../support/editor.ts";
import type { Editor } from "../../support/editor.ts";
import { startLangflow, user } from "../../support/langflow.ts";
import type { Langflow } from "../../support/langflow.ts";
import { paletteOf } from "../../support/palette.ts";
import type { Palette } from "../../support/palette.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";

describe("the command that connects a Langflow with a login", function () {
  this.timeout(240_000);
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  let editor: Editor;
  let palette: Palette;
  let scratch: string;
  let ca: string;
  let front: TlsFront;

  before(async () => {
    [workspace, langflow] = await Promise.all([
      scratchWorkspace({ ".lfx/environments.yaml": "" }, { name: "orchard" }),
      startLangflow({ version: "1.13.0", autoLogin: false }),
    ]);
    scratch = await mkdtemp(path.join(tmpdir(), "lfc-connect-"));
    const certificate = await makeCertificate(scratch, { name: "secured" });
    ca = certificate.cert;
    front = await startTlsFront(langflow.url, certificate);
    await writeFile(
      path.join(workspace.folder, ".lfx", "environments.yaml"),
      `defaults:\n  environment: orchard\nenvironments:\n  orchard:\n    url: ${langflow.url}\n` +
        `  secured:\n    url: https://127.0.0.1:${front.port}\n    api_key_env: ORCHARD_KEY\n`,
    );
    editor = await openEditor({ workspace: workspace.folder });
    palette = paletteOf(editor);
  });
  after(async () => {
    await editor.close();
    front.close();
    await langflow.stop();
    await rm(scratch, { recursive: true, force: true });
    await workspace.remove();
  });

  it("trusts the CA of the user's settings alone, and reconnects with the key of the variable", async () => {
    await editor.inHost((_, key) => void (process.env["ORCHARD_KEY"] = key), langflow.apiKey);
    const connect = async () => {
      await palette.run("Connect to Langflow");
      await palette.pick("Connect to which Langflow?", "secured");
    };
    const trust = (file: string, of: "workspace" | "user") =>
      editor.inHost(
        async (vscode, [value, isUser]) => {
          await vscode.workspace.getConfiguration("langflowConnect").update("tls.caFile", value, isUser === "user");
        },
        [file, of] as const,
      );
    await mkdir(path.join(workspace.folder, ".vscode"), { recursive: true });
    const settings = JSON.stringify({ "langflowConnect.tls.caFile": ca, "http.proxy": "http://127.0.0.1:9" });
    await writeFile(path.join(workspace.folder, ".vscode", "settings.json"), settings);
    await connect();
    await palette.toast("signed by no authority that is trusted here").waitFor({ timeout: 30_000 });
    await palette.dismissToasts();

    const before = await editor.endpoint();
    await trust(ca, "user");
    await until("the server has the setting", async () => (await editor.endpoint()).pid !== before.pid);
    await connect();
    await palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
    await palette.dismissToasts();
    await palette.runToEnd("restartServer");
    await until("it is connected again", async () => / Langflow \d+ ms/.test(await editor.statusBarText()));
    await editor.inHost(() => void delete process.env["ORCHARD_KEY"]);
  });

  it("offers the environments of the folder, and asks for user and password until they are right", async () => {
    await palette.run("Connect to Langflow");
    await palette.box("Connect to which Langflow?").getByText("default environment").waitFor();
    await palette.pick("Connect to which Langflow?", "orchard");
    for (const password of ["pears", user.password]) {
      await palette.pick("Log in to Langflow at", "User name and password");
      await palette.answer("User name for Langflow", user.username);
      await palette.answer("Password for Langflow", password);
    }
    await palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
    await palette.dismissToasts();
  });

  it("logs in again with what is kept, also from the address of a page", async () => {
    await palette.run("Connect to Langflow");
    await palette.pick("Connect to which Langflow?", "Another address…");
    await palette.answer("Address of Langflow", `${langflow.url}/settings/general`);
    await palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
    await palette.dismissToasts();
  });

  it("says what is wrong with the file of environments, and connects nevertheless", async () => {
    await writeFile(path.join(workspace.folder, ".lfx", "environments.yaml"), "environments:\n  orchard:\n");
    await palette.run("Connect to Langflow");
    await palette.toast("line 2: the file must give the environment orchard a url").waitFor();
    await palette.pick("Connect to which Langflow?", "used last");
    await palette.toast("Connected to Langflow").waitFor({ timeout: 30_000 });
  });
});

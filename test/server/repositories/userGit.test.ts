import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCli } from "../../support/cli.ts";
import { plantRepository, servesParts } from "../../support/plantedRepository.ts";

// Programs of the tests are shell scripts.
(process.platform === "win32" ? describe.skip : describe)("The git of the user's machine", function () {
  let folder: string;
  const program = (name: string, text: string) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return file;
  };
  const ingest = (url: string, env: Readonly<Record<string, string>>) =>
    runCli(["ingest", url, "--workspace", path.join(folder, "app"), "--data", path.join(folder, "data")], env);

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "lfc-git-")));
    mkdirSync(path.join(folder, "app"));
    mkdirSync(path.join(folder, "home"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is refused when it is too old to connect to the addresses that were checked", async () => {
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    program("bin/git", `case "$*" in *" version") echo "git version 2.36.9";; *) exec ${real} "$@";; esac`);
    const env = {
      PATH: `${path.join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
      LFC_EGRESS_ALLOWED_HOSTS: "localhost:443",
    };
    const { code, stderr } = await ingest("https://localhost/a", env);
    assert.equal(code, 1);
    assert.match(stderr, /git 2\.36\.9 would look the address up again .* Install git 2\.37 or newer/);
  });

  for (const [name, asked] of [
    ["ssh", true],
    ["wrapper", false],
  ] as const) {
    it(`runs the ssh of the user's own settings, and ${asked ? "asks nobody" : "leaves another program as it is"}`, async () => {
      const planted = plantRepository(path.join(folder, "pears"));
      servesParts(planted);
      planted.commit({ "a.txt": "a\n" }, "one");
      const log = path.join(folder, "log");
      const run = 'for last; do :; done; case "$*" in *-G*) exit 0;; esac; exec sh -c "$last"';
      const file = program(`bin/${name}`, `echo "$*" >> ${log}\n${run}`);
      writeFileSync(path.join(folder, "home/.gitconfig"), `[core]\nsshCommand = ${file} -i own.key\n`);
      const env = { HOME: path.join(folder, "home"), LFC_EGRESS_ALLOWED_HOSTS: "127.0.0.1:22" };
      const { code, stdout, stderr } = await ingest(`ssh://127.0.0.1${planted.folder}`, env);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^Brought: @pears /);
      const lines = readFileSync(log, "utf8").trim().split("\n");
      assert.ok(lines.length > 1);
      for (const line of lines) {
        assert.match(line, /-i own\.key/);
        assert.equal(line.includes("-oBatchMode=yes"), asked, line);
      }
    });
  }
});

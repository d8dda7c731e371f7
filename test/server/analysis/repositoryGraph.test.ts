import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RepositoryAnswer } from "../../../src/server/analysis/repository/answer.ts";
import { createScans } from "../../../src/server/analysis/repository/scans.ts";
import { createReaders } from "../../../src/server/analysis/syntax/reader.ts";
import { makePipe, scratchWorkspace } from "../../support/workspaces.ts";

const quiet = { overlays: new Map<string, string>(), signal: new AbortController().signal, progress: () => undefined };

type Files = Readonly<Record<string, string>>;

async function overview(files: Files, change?: (folder: string) => Promise<void>): Promise<RepositoryAnswer> {
  const { folder, remove } = await scratchWorkspace(files);
  await change?.(folder);
  const answer = await createScans(createReaders()).repository(
    { roots: [{ absolute: folder, displayPath: "" }] },
    quiet,
  );
  await remove();
  return answer;
}

const json = (value: unknown) => JSON.stringify(value);

describe("the module graph", () => {
  it("follows relative imports, paths, baseUrl, own packages, #imports and re-exports", async () => {
    const { modules } = await overview({
      "package.json": json({
        name: "shop",
        exports: { "./cart": "./dist/cart/index.js" },
        imports: { "#db": "./db/db.js" },
      }),
      "tsconfig.json": `{ // comment\n "compilerOptions": { "baseUrl": ".", "paths": { "@util/*": ["util/*"] } }, }`,
      "app/a.ts": `import { x } from "../util/x.js";`,
      "app/b.ts": `import { x } from "@util/x";`,
      "app/c.ts": `import { cart } from "shop/cart";`,
      "app/d.ts": `import { db } from "#db";`,
      "app/e.ts": `export * from "../util/x";\nconst y = await import("util/y");`,
      "app/f.js": `const { x } = require("../util/x"); require("lodash");`,
      "util/x.ts": "export const x = 1;",
      "util/y/index.tsx": "export const y = 1;",
      "cart/index.ts": "export const cart = 1;",
      "db/db.ts": "export const db = 1;",
    });
    const app = modules.find((one) => one.path === "app");
    assert.deepEqual(app?.uses, ["util", "cart", "db"]);
    assert.equal(app.out, 7);
    assert.equal(modules.find((one) => one.path === "util")?.in, 5);
  });

  it("tells cycles at load from those that only types close, with the smallest way round", async () => {
    const { cycles } = await overview({
      "a.ts": `import { b } from "./b"; export const a = () => b;`,
      "b.ts": `import { c } from "./c"; export const b = () => c;`,
      "c.ts": `import { a } from "./a"; import { b } from "./b"; export const c = () => [a, b];`,
      "t1.ts": `import type { T2 } from "./t2"; export interface T1 { t: T2 }`,
      "t2.ts": `import { T1 } from "./t1"; export interface T2 { t: T1 }`,
      "lazy1.ts": `export const one = () => import("./lazy2");`,
      "lazy2.ts": `import { one } from "./lazy1"; one();`,
    });
    assert.deepEqual(cycles, [
      { files: 3, path: ["b.ts", "c.ts"], kind: "load" },
      { files: 2, path: ["lazy1.ts", "lazy2.ts"], kind: "types" },
      { files: 2, path: ["t1.ts", "t2.ts"], kind: "types" },
    ]);
  });

  it("has its modules further down where all code is below one folder", async () => {
    const { modules } = await overview({
      "shop/a/x.py": "",
      "shop/b/y.py": "from shop.a import x\n",
      "shop/b/c/z.py": "",
    });
    assert.deepEqual(
      modules.map(({ path: name, files, in: into, out }) => [name, files, into, out]),
      [
        ["shop/b", 2, 0, 1],
        ["shop/a", 1, 1, 0],
      ],
    );
  });

  it("holds two roots apart and names their paths by root", async () => {
    const one = await scratchWorkspace({ "src/a.ts": `import "./b";`, "src/b.ts": "1;" }, { name: "one" });
    const two = await scratchWorkspace({ "src/a.ts": `import "./b";\n\n` }, { name: "two" });
    const roots = [one, two].map(({ folder }) => ({ absolute: folder, displayPath: path.basename(folder) }));
    const { files, modules } = await createScans(createReaders()).repository({ roots }, quiet);
    await Promise.all([one.remove(), two.remove()]);
    assert.equal(files, 3);
    assert.deepEqual(modules.map((module) => [module.path, module.files]).sort(), [
      ["one/src", 2],
      ["two/src", 1],
    ]);
  });
});

describe("hot spots", () => {
  const complex = "export function f(a: number) { return a > 0 ? (a > 1 ? 2 : 1) : 0; }\n";

  it("are ranked by commits times complexity", async () => {
    const { hotSpots, churn } = await overview(
      { "often.ts": complex, "once.ts": complex.repeat(2) },
      async (folder) => {
        for (let round = 0; round < 3; round++) {
          await appendFile(path.join(folder, "often.ts"), "// more\n");
          execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qam", "more"], {
            cwd: folder,
          });
        }
      },
    );
    assert.equal(churn, "git");
    assert.deepEqual(
      hotSpots.map(({ path: file, commits, complexity, score }) => ({ file, commits, complexity, score })),
      [
        { file: "often.ts", commits: 4, complexity: 3, score: 12 },
        { file: "once.ts", commits: 1, complexity: 5, score: 5 },
      ],
    );
  });

  it("run nothing that a hostile repository configures", async () => {
    const { folder, remove } = await scratchWorkspace({ "a.ts": complex });
    const marker = path.join(folder, "..", "PWNED");
    execFileSync("git", ["config", "core.fsmonitor", `touch ${marker}; false`], { cwd: folder });
    await createScans(createReaders()).repository({ roots: [{ absolute: folder, displayPath: "" }] }, quiet);
    assert.throws(() => execFileSync("test", ["-e", marker]));
    execFileSync("git", ["status"], { cwd: folder });
    assert.doesNotThrow(() => execFileSync("test", ["-e", marker]), "the trap itself works");
    await remove();
  });
});

describe("dependencies and entry points", () => {
  it("of npm packages carry licence and version as installed, else as locked", async () => {
    const { dependencies, licences, entryPoints } = await overview({
      ".gitignore": "node_modules",
      "package.json": json({
        name: "tool",
        main: "./dist/index.js",
        exports: { "./*": "./dist/parts/*.js" },
        bin: { tool: "./dist/cli.js" },
        dependencies: { installed: "^1.0.0", locked: "~2.0.0" },
        devDependencies: { missing: "*", "../../evil": "1" },
      }),
      "node_modules/installed/package.json": json({ version: "1.2.3", license: "MIT" }),
      "package-lock.json": json({ packages: { "node_modules/locked": { version: "2.0.1", license: "Apache-2.0" } } }),
      "src/index.ts": "",
      "src/cli.ts": "",
    });
    assert.deepEqual(dependencies, [
      {
        name: "installed",
        range: "^1.0.0",
        scope: "runtime",
        version: "1.2.3",
        licence: "MIT",
        manifest: "package.json",
      },
      {
        name: "locked",
        range: "~2.0.0",
        scope: "runtime",
        version: "2.0.1",
        licence: "Apache-2.0",
        manifest: "package.json",
      },
      { name: "../../evil", range: "1", scope: "dev", manifest: "package.json" },
      { name: "missing", range: "*", scope: "dev", manifest: "package.json" },
    ]);
    assert.deepEqual(licences[0], { licence: "unknown", dependencies: 2 });
    assert.deepEqual(entryPoints, [
      { kind: "main", name: "tool", path: "src/index.ts" },
      { kind: "bin", name: "tool", path: "src/cli.ts" },
      { kind: "export", name: "./*", path: "dist/parts/*.js" },
    ]);
  });

  it("are not read through a link that leads out of the workspace", async () => {
    const outside = await scratchWorkspace({ "package.json": json({ version: "1.0.0", license: "LEAKED" }) });
    const { dependencies } = await overview(
      { "package.json": json({ dependencies: { leak: "1" } }), ".gitignore": "node_modules", "node_modules/x": "" },
      (folder) => symlink(outside.folder, path.join(folder, "node_modules", "leak")),
    );
    await outside.remove();
    assert.deepEqual(dependencies, [{ name: "leak", range: "1", scope: "runtime", manifest: "package.json" }]);
  });

  it("of Python projects come from pyproject.toml and requirements files", async () => {
    const { dependencies, entryPoints } = await overview({
      "pyproject.toml": `[project]\nname = "shop"\ndependencies = ["httpx[http2]>=0.27; python_version > '3.9'", "rich"]\n[project.scripts]\nshop = "shop.cli:main"\n[dependency-groups]\ndev = ["pytest>=8"]\n`,
      "requirements.txt": "# pinned\nflask==3.0.0  # web\n-r other.txt\n",
      "src/shop/cli.py": "def main(): pass\n",
      "src/shop/__main__.py": "",
    });
    assert.deepEqual(
      dependencies.map(({ name, range, scope }) => `${name} ${range} ${scope}`),
      ["flask ==3.0.0 runtime", "httpx >=0.27 runtime", "rich * runtime", "pytest >=8 dev"],
    );
    assert.deepEqual(entryPoints, [
      { kind: "console script", name: "shop", path: "src/shop/cli.py" },
      { kind: "module run", name: "src/shop/__main__.py", path: "src/shop/__main__.py" },
    ]);
  });
});

describe("dependencies", () => {
  const listed = ({ dependencies }: RepositoryAnswer) => dependencies.map(({ name, range }) => `${name} ${range}`);

  it("of Python are reported by name, also where they come from an address", async () => {
    const text = [
      "git+https://me:secret@example.com/flask.git@main#egg=flask",
      "https://example.com/wheels/rich-1.0.0-py3-none-any.whl",
      "httpx @ https://example.com/httpx-0.27.zip",
      "./local/package",
      "local.whl",
      "-e git+https://example.com/pytest.git#egg=pytest",
      "flask-cors",
    ];
    const answer = await overview({ "requirements.txt": `${text.join("\n")}\n` });
    assert.deepEqual(listed(answer), [
      "flask git+https://example.com/flask.git@main",
      "flask-cors *",
      "httpx @ https://example.com/httpx-0.27.zip",
      "pytest git+https://example.com/pytest.git",
      "rich https://example.com/wheels/rich-1.0.0-py3-none-any.whl",
    ]);
  });

  it("of Go are what is required, not what is replaced or excluded", async () => {
    const answer = await overview({
      "go.mod": [
        "module example.com/app",
        "require example.com/one v1.0.0",
        "require (",
        "\texample.com/two v2.0.0 // indirect",
        ")",
        "exclude example.com/three v3.0.0",
        "exclude (",
        "\texample.com/four v4.0.0",
        ")",
        "replace (",
        "\texample.com/one v1.0.0 => example.com/five v5.0.0",
        ")",
        "replace example.com/two v2.0.0 => ../two",
        "retract v0.1.0",
      ].join("\n"),
    });
    assert.deepEqual(listed(answer), ["example.com/one v1.0.0", "example.com/two v2.0.0"]);
  });

  it("are listed without waiting for pipes in the location of what is installed", async function () {
    if (process.platform === "win32") this.skip();
    const { folder, remove } = await scratchWorkspace({
      ".gitignore": "node_modules\n.venv",
      "package.json": json({ dependencies: { one: "^1.0.0" } }),
      "requirements.txt": "two\n",
      "node_modules/one/index.js": "",
      ".venv/lib/python3.12/site-packages/two-1.0.0.dist-info/RECORD": "",
    });
    makePipe(path.join(folder, "node_modules/one/package.json"));
    makePipe(path.join(folder, ".venv/lib/python3.12/site-packages/two-1.0.0.dist-info/METADATA"));
    const answer = await createScans(createReaders()).repository(
      { roots: [{ absolute: folder, displayPath: "" }] },
      quiet,
    );
    await remove();
    assert.deepEqual(listed(answer), ["one ^1.0.0", "two *"]);
  });

  it("are looked up again when they were installed in between", async () => {
    const { folder, remove } = await scratchWorkspace({
      ".gitignore": "node_modules\n.venv",
      "package.json": json({ dependencies: { one: "^1.0.0" } }),
      "requirements.txt": "two\n",
    });
    const scans = createScans(createReaders());
    const versions = async () => {
      const { dependencies } = await scans.repository({ roots: [{ absolute: folder, displayPath: "" }] }, quiet);
      return dependencies.map(({ name, version }) => [name, version]);
    };
    const install = async (version: string) => {
      const packages = path.join(folder, ".venv/lib/python3.12/site-packages");
      const info = path.join(packages, `two-${version}.dist-info`);
      await rm(packages, { recursive: true, force: true });
      await mkdir(info, { recursive: true });
      await writeFile(path.join(info, "METADATA"), "Name: two\n");
      await mkdir(path.join(folder, "node_modules/one"), { recursive: true });
      await writeFile(path.join(folder, "node_modules/one/package.json"), json({ version }));
    };
    const seen = [await versions()];
    for (const version of ["1.0.0", "1.1.0"]) {
      await install(version);
      seen.push(await versions());
    }
    await remove();
    assert.deepEqual(
      seen,
      [undefined, "1.0.0", "1.1.0"].map((version) => [
        ["one", version],
        ["two", version],
      ]),
    );
  });
});

describe("the health score", () => {
  it("is 100 less the points of its reasons", async () => {
    const { health } = await overview({
      "src/a.ts": "export const a: any = 1;\n",
      "src/b.ts": "export const b = 1;\n",
    });
    const points = health.reasons.reduce((sum, reason) => sum + reason.points, 0);
    assert.equal(health.score, 100 + points);
    assert.deepEqual(
      health.reasons.map((reason) => reason.points),
      [-20, -10, -3, -2],
    );
  });

  it("is not given where there is no code", async () => {
    const { health, files } = await overview({ "README.md": "# Notes\n", "data.csv": "1,2\n" });
    assert.equal(files, 2);
    assert.equal(health.score, undefined);
  });
});

import assert from "node:assert/strict";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

const files = {
  "tsconfig.json": '{ "compilerOptions": { "strict": true } }\n',
  "src/basket.ts": `/**
 * Baskets and what is in them.
 * @module
 */
import type { Fruit } from "./fruit.ts";

/** Counts.\n *\n * Twice. */
export function count(fruits: readonly Fruit[]): number;
export function count(fruits: Fruit, more: boolean): number;
export function count(_fruits: unknown): number {
  return 2;
}

/** Has fruits. */
export class Basket<T extends Fruit = Fruit> {
  /** Of all of them. */
  readonly weight: number = 1;
  #own = 1;
  private hidden = 2;
  add(fruit: T): void {
    this.#own += this.hidden;
  }
}

/** @deprecated Use Basket. */
export const old: { readonly a: string } = { a: "b" };
export default old;
`,
  "src/fruit.ts":
    "export interface Fruit {\n  name: string;\n}\nexport type Kind = 'pear' | 'apple';\nconst own = 1;\nvoid own;\n",
  "src/index.ts": 'export * from "./basket.ts";\nexport { type Fruit as Food } from "./fruit.ts";\n',
  "script.py": "x = 1\n",
  "common.js": "exports.pear = function () {};\nObject.assign(exports, { plum: 1 });\n",
};

const basket = `# src/basket.ts

Baskets and what is in them.

## Classes

### Basket

\`\`\`ts
class Basket<T extends Fruit = Fruit>
\`\`\`

Has fruits.

- \`weight: number\`: Of all of them.
- \`add(fruit: T): void\`

[line 17](src/basket.ts#L17)

## Functions

### count

\`\`\`ts
count(fruits: readonly Fruit[]): number
count(fruits: Fruit, more: boolean): number
\`\`\`

Counts.

Twice.

[line 10](src/basket.ts#L10)

## Variables

### old

\`\`\`ts
old: { readonly a: string; }
\`\`\`

**Deprecated.** Use Basket.

[line 28](src/basket.ts#L28)

### default

\`\`\`ts
default: { readonly a: string; }
\`\`\`

**Deprecated.** Use Basket.

[line 28](src/basket.ts#L28)
`;

overEveryClient("generate_documentation", files, (bench) => {
  const pagesOf = async (args: Record<string, unknown>) =>
    (await ok(bench.client, "generate_documentation", { ...args, wait: 60 }))["pages"] as {
      subject: string;
      kind: string;
      content: string;
    }[];

  it("generate_documentation writes a page of a module from its code, the same each time", async () => {
    const [page] = await pagesOf({ path: "src/basket.ts" });
    assert.equal(page?.content, basket);
    assert.deepEqual(await pagesOf({ path: "src/basket.ts" }), [page]);
  });

  it("generate_documentation names what a module passes on, and where it is from", async () => {
    const [page] = await pagesOf({ path: "src/index.ts" });
    assert.match(
      page?.content ?? "",
      /### Food\n\n```ts\ninterface Fruit\n```\n\n- `name: string`\n\nfrom \[src\/fruit\.ts\]\(src\/fruit\.ts#L1\)/,
    );
    assert.match(page?.content ?? "", /from \[src\/basket\.ts\]\(src\/basket\.ts#L17\)/);
    assert.match(page?.content ?? "", /count\(fruits: readonly Fruit\[\]\): number/);
  });

  it("generate_documentation begins a folder with an overview and its modules as a chart", async () => {
    const pages = await pagesOf({ path: ".", maxTokens: 20_000 });
    assert.deepEqual(
      pages.map(({ subject, kind }) => [subject, kind]),
      [
        ["app", "overview"],
        ["common.js", "module"],
        ["src/basket.ts", "module"],
        ["src/fruit.ts", "module"],
        ["src/index.ts", "module"],
      ],
    );
    assert.match(pages[0]?.content ?? "", /\| TypeScript \| 3 \|/);
    const one = await ok(bench.client, "generate_documentation", { maxTokens: 200, wait: 60 });
    assert.deepEqual([one["total"], one["left"]], [5, 4]);
    await fails(bench.client, "generate_documentation", { path: "none.ts" }, "NOT_FOUND");
    await fails(bench.client, "generate_documentation", { path: "script.py" }, "UNSUPPORTED_LANGUAGE");
  });

  it("generate_documentation documents CommonJS, and says which names only a run knows", async () => {
    const value = await ok(bench.client, "generate_documentation", { path: "common.js", wait: 60 });
    assert.match(JSON.stringify(value["pages"]), /### pear/);
    const reason = "Names that a function sets are not documented: Object.assign in line 2.";
    assert.deepEqual([value["complete"], value["incomplete"]], [false, [{ path: "common.js", reason }]]);
  });

  it("generate_documentation plans pages that apply_edits writes, and then nothing until the code changes", async () => {
    const to = "docs/api";
    const request = { path: "src", to, wait: 60 };
    const first = await ok(bench.client, "generate_documentation", request);
    const names = ["README.md", "src/basket.ts.md", "src/fruit.ts.md", "src/index.ts.md"].map(
      (name) => `${to}/${name}`,
    );
    assert.deepEqual(
      first["files"],
      names.map((path) => ({ path, change: "create" })),
    );
    await ok(bench.client, "apply_edits", { planId: first["planId"] });
    const second = await ok(bench.client, "generate_documentation", request);
    assert.deepEqual([second["files"], second["planId"], second["total"]], [[], undefined, 0]);

    const page = await ok(bench.client, "read_file", { path: `${to}/src/fruit.ts.md` });
    const note = `${String(page["content"])}\nRipe in autumn.\n`;
    await ok(bench.client, "write_file", { path: `${to}/src/fruit.ts.md`, content: note, overwrite: true });
    const code = "export interface Fruit {\n  name: string;\n  weight?: number;\n}\n";
    await ok(bench.client, "write_file", { path: "src/fruit.ts", content: code, overwrite: true });
    const third = await ok(bench.client, "generate_documentation", request);
    assert.match(String(third["diff"]), /^\+- `weight\?: number/m);
    await ok(bench.client, "apply_edits", { planId: third["planId"] });
    const after = String((await ok(bench.client, "read_file", { path: `${to}/src/fruit.ts.md` }))["content"]);
    assert.match(after, /## Notes on removed parts[\s\S]*### type Kind\n\nRipe in autumn\.\n$/);
    assert.doesNotMatch(after, /type Kind =/);

    const other = await fails(bench.client, "generate_documentation", { to, wait: 60 }, "CONFLICT");
    assert.match(String(other["message"]), /has the pages of src/);
    await fails(bench.client, "generate_documentation", { path: "src/fruit.ts", to }, "INVALID_ARGUMENT");
  });

  it("generate_documentation leaves files of others alone and reports generated text that somebody edited", async () => {
    const to = "pages";
    await ok(bench.client, "write_file", { path: `${to}/README.md`, content: "# Mine\n" });
    const first = await ok(bench.client, "generate_documentation", { path: "src", to, wait: 60 });
    const reason = "The file was not written by generate_documentation, so it stays as it is.";
    assert.deepEqual(first["incomplete"], [{ path: `${to}/README.md`, reason }]);
    await ok(bench.client, "apply_edits", { planId: first["planId"] });
    const file = `${to}/src/index.ts.md`;
    const page = String((await ok(bench.client, "read_file", { path: file }))["content"]);
    await ok(bench.client, "write_file", {
      path: file,
      content: page.replace("## Re-exports", "## Mine"),
      overwrite: true,
    });
    const second = await ok(bench.client, "generate_documentation", { path: "src", to, wait: 60 });
    assert.match(JSON.stringify(second["conflicts"]), /chapter reexports/);
    await fails(bench.client, "apply_edits", { planId: second["planId"] }, "HAS_CONFLICTS");
  });

  it("generate_documentation plans TSDoc comments in the code", async () => {
    const value = await ok(bench.client, "generate_documentation", { path: "src/basket.ts", tsdoc: true, wait: 60 });
    assert.deepEqual(value["files"], [{ path: "src/basket.ts", change: "edit" }]);
    assert.match(String(value["diff"]), /^\+ {3}\* @param fruit -$/m);
    await ok(bench.client, "apply_edits", { planId: value["planId"] });
    const again = await ok(bench.client, "generate_documentation", { path: "src/basket.ts", tsdoc: true, wait: 60 });
    assert.equal(again["planId"], undefined);
    await fails(bench.client, "generate_documentation", { tsdoc: true, to: "docs" }, "INVALID_ARGUMENT");
  });
});

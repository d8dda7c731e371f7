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
  "common.js": "exports.pear = function () {};\n",
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

**Deprecated.**

[line 28](src/basket.ts#L28)

### default

\`\`\`ts
default: { readonly a: string; }
\`\`\`

**Deprecated.**

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
        ["src/basket.ts", "module"],
        ["src/fruit.ts", "module"],
        ["src/index.ts", "module"],
      ],
    );
    assert.match(pages[0]?.content ?? "", /\| TypeScript \| 3 \|/);
    const one = await ok(bench.client, "generate_documentation", { maxTokens: 200, wait: 60 });
    assert.deepEqual([one["total"], one["left"]], [4, 3]);
    await fails(bench.client, "generate_documentation", { path: "none.ts" }, "NOT_FOUND");
    await fails(bench.client, "generate_documentation", { path: "script.py" }, "UNSUPPORTED_LANGUAGE");
  });

  it("generate_documentation says that it does not document CommonJS", async () => {
    const value = await ok(bench.client, "generate_documentation", { path: "common.js", wait: 60 });
    const reason = "It exports by CommonJS, which is not documented.";
    assert.deepEqual([value["complete"], value["incomplete"]], [false, [{ path: "common.js", reason }]]);
  });
});

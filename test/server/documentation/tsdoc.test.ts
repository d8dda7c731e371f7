import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { edited } from "../../../src/server/platform/unifiedDiff.ts";
import { calm, startAnalysis } from "../../support/analysis.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

const source = `/** Has a look. */
export class Base {
  /** Looks. */
  look(at: string): void {
    void at;
  }
}

export class Eye<T> extends Base {
  override look(at: string): void {
    void at;
  }

  see(what: T, times = 2): T {
    if (times < 0) throw new RangeError("times");
    try {
      throw new TypeError("caught");
    } catch {
      return what;
    }
  }

  private own(a: number): number {
    return a;
  }
}

// eslint-disable-next-line no-empty-function -- right above
export function nothing() {}

export function first(a: string): string;
export function first(a: number): number;
export function first(a: unknown): unknown {
  return a;
}

/** Adds. */
export const add = (a: number, b: number) => a + b;

/**
 * Adds three.
 *
 * @param b - The second.
 * @param old - Gone.
 * @returns All of them.
 */
export function addThree(a: number, b: number, c: number): number {
  return a + b + c;
}

// @ts-expect-error -- stays above
export function wrong(a): void {}

function notExported(a: number): number {
  return a;
}
void notExported;
`;

const expected = `/** Has a look. */
export class Base {
  /**
   * Looks.
   *
   * @param at -
   */
  look(at: string): void {
    void at;
  }
}

/**
 * @typeParam T -
 */
export class Eye<T> extends Base {
  override look(at: string): void {
    void at;
  }

  /**
   * @param what -
   * @param times - Default: \`2\`
   * @returns
   * @throws {@link RangeError}
   */
  see(what: T, times = 2): T {
    if (times < 0) throw new RangeError("times");
    try {
      throw new TypeError("caught");
    } catch {
      return what;
    }
  }

  private own(a: number): number {
    return a;
  }
}

// eslint-disable-next-line no-empty-function -- right above
export function nothing() {}

/**
 * @param a -
 * @returns
 */
export function first(a: string): string;
/**
 * @param a -
 * @returns
 */
export function first(a: number): number;
export function first(a: unknown): unknown {
  return a;
}

/**
 * Adds.
 *
 * @param a -
 * @param b -
 */
export const add = (a: number, b: number) => a + b;

/**
 * Adds three.
 *
 * @param a -
 * @param b - The second.
 * @param old - Gone.
 * @param c -
 * @returns All of them.
 */
export function addThree(a: number, b: number, c: number): number {
  return a + b + c;
}

/**
 * @param a -
 */
// @ts-expect-error -- stays above
export function wrong(a): void {}

function notExported(a: number): number {
  return a;
}
void notExported;
`;

describe("TSDoc comments in place", function () {
  this.timeout(60_000);

  for (const [name, eol] of [
    ["LF", "\n"],
    ["CRLF", "\r\n"],
  ] as const) {
    it(`say what the code says, beside what authors wrote, with ${name}`, async () => {
      const tsconfig = '{ "compilerOptions": { "strict": true, "target": "ES2022" } }\n';
      const files = { "tsconfig.json": tsconfig, "eye.ts": source.replaceAll("\n", eol) };
      const workspace = await scratchWorkspace(files);
      const ours = startAnalysis(workspace.folder);
      try {
        const { changes, notes, incomplete } = await ours.analysis.comments({}, calm);
        const [change] = changes;
        assert.ok(change?.kind === "edit" && changes.length === 1);
        const after = edited(await readFile(change.path, "utf8"), change.edits);
        assert.equal(after, expected.replaceAll("\n", eol));
        assert.deepEqual(notes, ["eye.ts: @param old names no parameter."]);
        assert.deepEqual(incomplete, []);
        ours.editor.set(change.path, after);
        assert.deepEqual((await ours.analysis.comments({}, calm)).changes, [], "a second run adds nothing");
        assert.deepEqual(
          (await ours.analysis.diagnostics({}, calm)).items.filter(({ severity }) => severity === "error"),
          [],
        );
      } finally {
        await ours.close();
        await workspace.remove();
      }
    });
  }
});

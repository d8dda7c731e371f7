import { readFile } from "node:fs/promises";
import path from "node:path";
import { ToolError } from "../../src/server/platform/errors.ts";
import type { TestAnalysis } from "./analysis.ts";
import type { DrawnSymbol } from "./symbols.ts";
import type { TsServer } from "./tsserver.ts";

interface Compared {
  readonly positions: number;
  readonly differences: readonly string[];
  /** A rename that would leave a declaration outside of the workspace behind: tsserver makes it, ours refuses it. */
  readonly refused?: true;
}

/** Positions that one symbol has in our answers and not in tsserver's, or the other way round; none when both agree. */
export async function differencesOf(
  { kind, file, line, column, label }: DrawnSymbol,
  { folder, ours, theirs }: { readonly folder: string; readonly ours: TestAnalysis; readonly theirs: TsServer },
): Promise<Compared> {
  const absolute = path.join(folder, file);
  await theirs.open(absolute);
  const target = { kind: "position", file: absolute, line, column } as const;
  const expected = await theirs.references(absolute, line, column);
  const found = await ours.positions(target);
  const differences = [
    ...expected.filter((one) => !found.includes(one)).map((one) => `${label}: reference not found at ${one}`),
    ...found.filter((one) => !expected.includes(one)).map((one) => `${label}: no reference at ${one}`),
  ];
  const renamed = await theirs.rename(absolute, line, column, kind === "member");
  if (renamed) {
    const all = await ours.renamePositions(target).catch((error: unknown) => {
      if (error instanceof ToolError && error.code === "DECLARED_OUTSIDE") return undefined;
      throw error;
    });
    if (!all) return { positions: expected.length, differences, refused: true };
    differences.push(...renamed.filter((one) => !all.includes(one)).map((one) => `${label}: not renamed at ${one}`));
    // What tsserver does not rename is a string that is checked against the name.
    for (const one of all.filter((key) => !renamed.includes(key))) {
      if (!/["'`]$/.test(await textBefore(one))) differences.push(`${label}: renamed at ${one}`);
    }
  }
  return { positions: expected.length, differences };
}

/** The line up to a position `file:line:column`. */
async function textBefore(position: string): Promise<string> {
  const [, file = "", line = "", column = ""] = /^(.*):(\d+):(\d+)$/.exec(position) ?? [];
  const lines = (await readFile(file, "utf8")).split("\n");
  return lines[Number(line) - 1]?.slice(0, Number(column) - 1) ?? "";
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { subject } from "../../scripts/lib/subjects.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";

interface Match {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

interface Query {
  readonly query: string;
  /** git's way to read the query: as text, as a POSIX or as a Perl regular expression. */
  readonly git: "-F" | "-E" | "-P";
  readonly caseSensitive?: boolean;
  /** Fewer matches, or more, would show less than the query is there for. */
  readonly between: readonly [number, number];
}

const queries: readonly Query[] = [
  { git: "-F", query: "import type", between: [2000, 5000] },
  { git: "-F", query: "address", caseSensitive: false, between: [5000, 10_000] },
  { git: "-F", query: '  "', between: [10_000, 30_000] },
  { git: "-F", query: "no such text anywhere", between: [0, 0] },
  { git: "-F", query: "/**", between: [3000, 6000] },
  { git: "-F", query: "[]", between: [1000, 4000] },
  { git: "-F", query: ".*", between: [5, 100] },
  { git: "-F", query: "\\", between: [50, 300] },
  { git: "-F", query: "(AWAIT ", caseSensitive: false, between: [50, 300] },
  { git: "-F", query: "…", between: [50, 200] },
  { git: "-F", query: "🙏", between: [1, 10] },
  { git: "-E", query: "^export ", between: [4000, 8000] },
  // Of the two, -E also counts an empty line behind the last line feed of each file, which grep does not.
  { git: "-P", query: "^$", between: [10_000, 20_000] },
  { git: "-E", query: "`$", between: [500, 2000] },
  { git: "-E", query: "\\bChain\\b", between: [1000, 3000] },
  { git: "-E", query: "from '(\\.\\./){3,}", between: [200, 1000] },
  { git: "-E", query: "(\\w+): \\1\\b", between: [200, 1000] },
  { git: "-P", query: "(?<!\\w)bigint(?!\\w)", between: [500, 1000] },
  { git: "-P", query: "todo|fixme|hack", caseSensitive: false, between: [50, 300] },
  { git: "-P", query: "\\p{Lu}{5,}", between: [200, 500] },
  { git: "-P", query: "0x[0-9a-f]{64}", between: [10_000, 20_000] },
  { git: "-P", query: "[^\\x00-\\x7f]", between: [200, 300] },
];

/** Longer lines are shown in part. */
const shownLength = 400;

describe("search_code on viem", function () {
  this.timeout(180_000);
  let folder: string;
  let server: RunningServer;
  let client: TestClient;
  /** What viem's own scripts wrote. */
  let generated: Set<string>;

  before(async () => {
    ({ folder } = await subject("viem@2.57.0"));
    const written = run(folder, ["grep", "-lE", "^// Generated with `pnpm gen:"]).split("\n").filter(Boolean);
    assert.ok(written.length > 10, `${written.length} generated files`);
    generated = new Set(written);
    server = await startServer({ folders: [folder] });
    client = await connect("2026-07-28 http", server, [folder]);
  });
  after(async () => {
    await client.close();
    await server.stop();
  });

  for (const query of queries) {
    const { git, query: text, caseSensitive = true, between } = query;
    it(`finds what git grep ${git} finds for ${text}${caseSensitive ? "" : " in any case"}`, async () => {
      const expected = gitGrep(query);
      assert.ok(expected.length >= between[0] && expected.length <= between[1], `${expected.length} matches`);
      const found = await everyPage(query, expected.length);
      // What is generated comes last, and after it the files whose name says so; each of the three in git's order.
      const rank = ({ path: file }: Match) => (file === "package-lock.json" ? 2 : Number(generated.has(file)));
      const inOrder = expected.toSorted((a, b) => rank(a) - rank(b));
      assert.deepEqual(found.map(location), inOrder.map(location));
      for (const [index, match] of found.entries()) assertText(match.text, inOrder[index]?.text ?? "");
    });
  }

  async function everyPage({ query, git, caseSensitive }: Query, total: number): Promise<Match[]> {
    const found: Match[] = [];
    const mode = git === "-F" ? "text" : "regex";
    // The default budget for short lists; for thousands of lines it would be hundreds of pages.
    const budget = total > 300 ? { maxTokens: 100_000 } : {};
    let cursor: string | undefined;
    do {
      const asked = { query, mode, caseSensitive, ...budget, ...(cursor !== undefined && { cursor }) };
      const { value, isError } = await client.call("search_code", asked);
      assert.equal(isError, false, JSON.stringify(value));
      const page = value as unknown as { matches: Match[]; total: number; left: number; cursor?: string };
      found.push(...page.matches);
      assert.deepEqual([page.total, page.left, value["complete"]], [total, total - found.length, true]);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }

  function gitGrep({ query, git, caseSensitive = true }: Query): Match[] {
    const options = ["grep", "-nIz", "--column", "--untracked", ...(caseSensitive ? [] : ["-i"])];
    const output = run(folder, [...options, git, "-e", query]);
    return output
      .split("\n")
      .slice(0, -1)
      .map((row) => {
        const [path = "", line, column, text = ""] = row.split("\0");
        // git counts bytes.
        const before = Buffer.from(text).subarray(0, Number(column) - 1);
        return { path, line: Number(line), column: before.toString("utf8").length + 1, text };
      });
  }
});

function run(folder: string, args: readonly string[]): string {
  try {
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    return execFileSync("git", args, { cwd: folder, encoding: "utf8", env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    // git grep ends with 1 where nothing matches.
    if (error instanceof Error && "status" in error && error.status === 1) return "";
    throw error;
  }
}

function location({ path, line, column }: Match): string {
  return `${path}:${line}:${column}`;
}

function assertText(displayPath: string, line: string): void {
  if (line.length <= shownLength) return assert.equal(displayPath, line);
  const part = displayPath.replace(/^…/, "").replace(/…$/, "");
  assert.equal(part.length, shownLength);
  assert.ok(line.includes(part), displayPath);
}

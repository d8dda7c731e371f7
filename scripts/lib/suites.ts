// The suites of npm test, in the order they start, two at a time: the fast ones first. `needs` names real parts of realParts.ts;
// `seconds` bounds a run.
import type { RealParts } from "./realParts.ts";

export interface Suite {
  readonly name: string;
  readonly files: readonly string[];
  readonly fast: boolean;
  readonly needs: readonly (keyof RealParts)[];
  readonly seconds: number;
  /** It has the machine to itself: what it sees on a screen must come in time. */
  readonly alone?: true;
  /** The lines of src/server that it runs are counted. What the others run, these run too. */
  readonly counted?: true;
}

export const suites: readonly Suite[] = [
  {
    name: "unit",
    files: [
      "test/server/**/*.test.ts",
      "test/extension/**/*.test.ts",
      "test/protocol/**/*.test.ts",
      "test/webview/**/*.test.ts",
    ],
    fast: true,
    needs: [],
    seconds: 2400,
    counted: true,
  },
  { name: "security", files: ["test/security/**/*.test.ts"], fast: true, needs: [], seconds: 1200, counted: true },
  { name: "mcp", files: ["test/mcp/**/*.test.ts"], fast: true, needs: [], seconds: 1800, counted: true },
  { name: "package", files: ["test/package/**/*.test.ts"], fast: true, needs: [], seconds: 120 },
  {
    name: "langflow",
    files: ["test/langflow/*.test.ts"],
    fast: false,
    needs: ["langflow"],
    seconds: 1800,
  },
  {
    name: "langflowRuns",
    files: ["test/langflow/runs/*.test.ts", "test/langflow/last.test.ts"],
    fast: false,
    needs: ["langflow"],
    seconds: 1800,
  },
  {
    name: "analysis",
    files: ["test/analysis/**/*.test.ts"],
    fast: false,
    needs: ["packages"],
    seconds: 1500,
  },
  {
    name: "documentation",
    files: ["test/documentation/**/*.test.ts"],
    fast: false,
    needs: ["documentation", "packages"],
    seconds: 900,
  },
  { name: "runners", files: ["test/runners/**/*.test.ts"], fast: false, needs: ["runners"], seconds: 600 },
  { name: "contributing", files: ["test/contributing/**/*.test.ts"], fast: false, needs: [], seconds: 900 },
  { name: "kill", files: ["test/kill/**/*.test.ts"], fast: false, needs: [], seconds: 600 },
  {
    name: "conformance",
    files: ["test/conformance/**/*.test.ts"],
    fast: false,
    needs: ["conformance"],
    seconds: 300,
  },
  {
    name: "langflowEditor",
    files: ["test/langflow/editor/*.test.ts", "test/langflow/last.test.ts"],
    fast: false,
    needs: ["langflow", "vscode", "collector"],
    seconds: 1500,
    alone: true,
  },
  { name: "editor", files: ["test/editor/**/*.test.ts"], fast: false, needs: ["vscode"], seconds: 1200, alone: true },
];

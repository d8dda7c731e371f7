// The suites of npm test, in the order they run. `needs` names real parts of realParts.mjs; `seconds` bounds a run.

/** @type {readonly { name: string, files: string[], fast: boolean, needs: string[], seconds: number }[]} */
export const suites = [
  {
    name: "unit",
    files: ["test/server/**/*.test.ts", "test/extension/**/*.test.ts"],
    fast: true,
    needs: [],
    seconds: 150,
  },
  { name: "mcp", files: ["test/mcp/**/*.test.ts"], fast: true, needs: [], seconds: 150 },
  { name: "security", files: ["test/security/**/*.test.ts"], fast: true, needs: [], seconds: 200 },
  { name: "security", files: ["test/security/**/*.test.ts"], fast: true, needs: [], seconds: 120 },
  { name: "analysis", files: ["test/analysis/**/*.test.ts"], fast: false, needs: [], seconds: 400 },
  { name: "unit", files: ["test/server/**/*.test.ts"], fast: true, needs: [], seconds: 300 },
  { name: "mcp", files: ["test/mcp/**/*.test.ts"], fast: true, needs: [], seconds: 300 },
  { name: "security", files: ["test/security/**/*.test.ts"], fast: true, needs: [], seconds: 300 },
  { name: "langflow", files: ["test/langflow/**/*.test.ts"], fast: false, needs: ["langflow", "vscode"], seconds: 480 },
  {
    name: "conformance",
    files: ["test/conformance/**/*.test.ts"],
    fast: false,
    needs: ["conformance"],
    seconds: 300,
  },
  { name: "package", files: ["test/package/**/*.test.ts"], fast: true, needs: [], seconds: 60 },
  { name: "editor", files: ["test/editor/**/*.test.ts"], fast: false, needs: ["vscode"], seconds: 480 },
];

import { writeFile } from "node:fs/promises";
import { FlowTestAnswer } from "../../protocol/flowTests.ts";
import type { FlowTestResult } from "../../protocol/flowTests.ts";
import { count, duration } from "../../protocol/format.ts";
import { ToolError } from "../platform/errors.ts";
import { defineOperation } from "./defineOperation.ts";
import { junitXml } from "./junit.ts";

export const flowTestOperations = [
  defineOperation("flowTests.list", {
    needs: ["flowTests"],
    run: ({ dir }, _, { flowTests }) => flowTests.list(dir),
  }),
  defineOperation("flowTests.run", {
    needs: ["flowTests"],
    command: {
      group: "flow",
      name: "test",
      argument: "files",
      show: describeTests,
      json: (result) => FlowTestAnswer.parse(result),
      failed: ({ failed, cases }) => failed > 0 || cases.some(({ state }) => state === "stopped"),
    },
    async run({ junit, ...request }, { signal, progress }, { flowTests }) {
      const result = await flowTests.run({ ...request, signal, progress });
      if (junit !== undefined) {
        await writeFile(junit, junitXml(result)).catch(() => {
          throw new ToolError("NOT_READY", `${junit} cannot be written.`, "Check that its folder exists and is yours.");
        });
      }
      return result;
    },
  }),
];

function describeTests({ passed, failed, cases }: FlowTestResult): string {
  const failures = cases.flatMap(({ file, name, state, expected, actual }) =>
    state === "failed"
      ? [`${file}: ${name}`, `  expected: ${expected ?? ""}`, `  actual:   ${shortened(actual ?? "")}`, ""]
      : [],
  );
  const total = duration(cases.reduce((sum, { ms }) => sum + ms, 0));
  return [...failures, `${count(passed)} passed, ${count(failed)} failed (${total})`].join("\n");
}

const mostLines = 12;

/** Whole in `--json` and in the file of `--junit`. */
function shortened(text: string): string {
  const lines = text.trimEnd().split("\n");
  const left = lines.length - mostLines;
  return [...lines.slice(0, mostLines), ...(left > 0 ? [`(${count(left)} more lines)`] : [])].join("\n            ");
}

import type { CheckedFlows } from "../../protocol/flowFiles.ts";
import { defineOperation } from "./defineOperation.ts";
import { withoutPath } from "./flowFiles.ts";

export const flowCheckOperations = [
  defineOperation("flowFiles.check", {
    needs: ["flowCheck"],
    command: {
      group: "flow",
      name: "check",
      argument: "files",
      show: (answer) => (answer.sarif === undefined ? describeProblems(answer) : JSON.stringify(answer.sarif, null, 2)),
      // A folder without flow files is rather a wrong name than a good answer.
      failed: ({ files }) =>
        files.length === 0 || files.some(({ problems }) => problems.some(({ severity }) => severity === "error")),
    },
    run: ({ files, ...asked }, { signal }, { flowCheck }) => flowCheck.files(files, { ...asked, signal }),
  }),
  defineOperation("flowFiles.explain", {
    needs: ["flowCheck"],
    command: { group: "flow", name: "explain", argument: "file", show: ({ markdown }) => markdown.trimEnd() },
    run: ({ file }, { signal }, { flowCheck }) => flowCheck.explain(file, signal),
  }),
];

function describeProblems({ files, catalogue }: CheckedFlows): string {
  const lines = files.flatMap(({ path, problems }) =>
    problems.map(({ severity, node, field, message }) => {
      const where = [path, node, field].filter((part) => part !== undefined).join(" ");
      return `${severity.padEnd(7)}  ${where}: ${withoutPath(message, path)}`;
    }),
  );
  if (files.length === 0) lines.push("There are no flow files here: name their folder with --dir.");
  else if (lines.length === 0) lines.push(`No problems in ${files.length === 1 ? "1 file" : `${files.length} files`}.`);
  return [...lines, ...describeCatalogue(catalogue)].join("\n");
}

function describeCatalogue(catalogue: CheckedFlows["catalogue"]): string[] {
  if (!catalogue) return ["No components are known to compare with: check once with --url, or connect to Langflow."];
  if (catalogue.from === "langflow") return [];
  return [`Not connected: compared with the components that Langflow ${catalogue.version} had last.`];
}

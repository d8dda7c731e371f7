import { flowStateWords } from "../../protocol/flowStates.ts";
import type { CheckedFlows, FlowFilesStatus, FlowOfBoth, WrittenFlow } from "../../protocol/flowFiles.ts";
import { defineOperation } from "./defineOperation.ts";

export const flowFileOperations = [
  defineOperation("flowFiles.status", {
    needs: ["flowFiles"],
    command: {
      group: "flow",
      name: "status",
      show: describeStatus,
      failed: ({ flows, problems }) => problems.length > 0 || flows.some(({ state }) => state !== "same"),
    },
    run: (params, { signal }, { flowFiles }) => flowFiles.status({ ...params, signal }),
  }),
  defineOperation("flowFiles.pull", {
    needs: ["flowFiles"],
    command: { group: "flow", name: "pull", argument: "flows", show: describeWritten, failed: hasFailed },
    run: ({ flows, ...params }, { signal, progress }, { flowFiles }) =>
      flowFiles.pull(flows, { ...params, signal, progress }),
  }),
  defineOperation("flowFiles.push", {
    needs: ["flowFiles"],
    command: { group: "flow", name: "push", argument: "files", show: describeWritten, failed: hasFailed },
    run: ({ files, ...params }, { signal, progress }, { flowFiles }) =>
      flowFiles.push(files, { ...params, signal, progress }),
  }),
  defineOperation("flowFiles.diff", {
    needs: ["flowFiles"],
    command: {
      group: "flow",
      name: "diff",
      argument: "file",
      show: ({ path, lines }) =>
        lines.length === 0 ? `${path} is as in Langflow.` : [`Langflow → ${path}:`, ...lines].join("\n"),
    },
    run: ({ file }, { signal }, { flowFiles }) => flowFiles.diff(file, signal),
  }),
  defineOperation("flowFiles.check", {
    needs: ["flowFiles"],
    command: {
      group: "flow",
      name: "check",
      argument: "files",
      show: describeProblems,
      failed: ({ files }) => files.some(({ problems }) => problems.some(({ severity }) => severity === "error")),
    },
    run: ({ files, dir }, { signal }, { flowFiles }) => flowFiles.check(files, { dir, signal }),
  }),
  defineOperation("flowFiles.serverText", {
    needs: ["flowFiles"],
    run: async ({ id, ...like }, { signal }, { flowFiles }) => ({
      text: await flowFiles.serverText(id, { ...like, signal }),
    }),
  }),
];

function describeStatus({ flows, problems }: FlowFilesStatus): string {
  const lines = [
    ...flows.map(describeFlow),
    ...problems.map(({ path, message }) => `${"no flow".padEnd(22)}${path}: ${message}`),
  ];
  return lines.join("\n") || "No flows.";
}

function describeFlow({ id, name, state, path }: FlowOfBoth): string {
  return `${flowStateWords[state].padEnd(22)}${name}  ${path ?? id}`;
}

function describeWritten(flows: readonly WrittenFlow[]): string {
  const lines = flows.flatMap(({ name, path, result, notes }) => [
    `${result.padEnd(10)}${name}  ${path}`,
    ...notes.map((note) => `  ${note}`),
  ]);
  return lines.join("\n") || "Nothing to do: both sides are the same.";
}

function hasFailed(flows: readonly WrittenFlow[]): boolean {
  return flows.some(({ result }) => result === "failed");
}

function describeProblems({ files }: CheckedFlows): string {
  const lines = files.flatMap(({ path, problems }) =>
    problems.map(({ severity, node, field, message }) => {
      const where = [path, node, field].filter((part) => part !== undefined).join(" ");
      return `${severity}  ${where}: ${message}`;
    }),
  );
  return lines.join("\n") || `No problems in ${files.length === 1 ? "1 file" : `${files.length} files`}.`;
}

import { flowStateWords } from "../../protocol/flowStates.ts";
import type {
  FlowFilesStatus,
  FlowOfBoth,
  PythonOfFlow,
  UpdatedFlowFile,
  WrittenFlow,
} from "../../protocol/flowFiles.ts";
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
  defineOperation("flowFiles.update", {
    needs: ["flowFiles"],
    command: {
      group: "flow",
      name: "update",
      argument: "files",
      show: describeUpdates,
      failed: (files) =>
        files.some(
          ({ components, problem }) => problem !== undefined || components.some(({ result }) => result !== "updated"),
        ),
    },
    run: ({ files, dir, write }, { signal }, { flowFiles }) => flowFiles.update(files, { dir, write, signal }),
  }),
  defineOperation("flowFiles.python", {
    needs: ["pythonFiles"],
    command: {
      group: "flow",
      name: "python",
      argument: "files",
      offline: true,
      show: describePython,
      failed: (flows) => flows.some(({ problem }) => problem !== undefined),
    },
    run: ({ files, ...options }, _, { pythonFiles }) => pythonFiles.settle(files, options),
  }),
  defineOperation("flowFiles.readable", {
    needs: ["flowFiles"],
    run: ({ left, right }, _, { flowFiles }) => Promise.resolve(flowFiles.readable(left, right)),
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
    ...problems.map(({ path, message }) => `${"no flow".padEnd(22)}${path}: ${withoutPath(message, path)}`),
  ];
  return lines.join("\n") || "No flows.";
}

/** A message names its file, as it must where it stands alone. */
export function withoutPath(message: string, path: string): string {
  return message.startsWith(`${path} `) ? message.slice(path.length + 1) : message;
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

function describePython(flows: readonly PythonOfFlow[]): string {
  const lines = flows.flatMap(({ path, python, problem }) => {
    if (problem !== undefined) return [`${path}: ${withoutPath(problem, path)}`];
    return python.length === 0 ? [] : [`${path}: ${python.join(", ")}`];
  });
  return lines.join("\n") || "No component was edited, and none is a custom one: there is no Python to keep apart.";
}

function describeUpdates(files: readonly UpdatedFlowFile[]): string {
  const lines = files.flatMap(({ path, written, components, problem }) => {
    if (problem !== undefined) return [`${path}: ${withoutPath(problem, path)}`];
    if (components.length === 0) return [`${path}: all components are those of this Langflow.`];
    const updated = components.filter(({ result }) => result === "updated").length;
    const verb = written ? "updated" : "can be updated";
    return [
      `${path}: ${updated} of ${components.length} outdated components ${verb}`,
      ...components.flatMap(({ node, result, notes }) =>
        notes.map((note) => `  ${result === "updated" ? "note" : result.padEnd(4)}  ${node}: ${note}`),
      ),
    ];
  });
  if (files.some(({ written }) => written)) lines.push("Look at the changes, then push.");
  else if (files.some(({ components }) => components.some(({ result }) => result === "updated"))) {
    lines.push("Nothing is written yet: add --write.");
  }
  return lines.join("\n") || "There are no flow files.";
}

function hasFailed(flows: readonly WrittenFlow[]): boolean {
  return flows.some(({ result }) => result === "failed" || result === "conflict" || result === "skipped");
}

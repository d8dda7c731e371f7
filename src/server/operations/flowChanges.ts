import type { ChangedFlow, FlowVersions } from "../../protocol/flowChanges.ts";
import { defineOperation } from "./defineOperation.ts";

export const flowChangeOperations = [
  defineOperation("flowChanges.rename", {
    needs: ["flowChanges"],
    command: { group: "flow", name: "rename", argument: "flow", second: "name", show: describeChanged },
    run: ({ flow, name, dir }, { signal }, { flowChanges }) => flowChanges.rename(flow, name, { dir, signal }),
  }),
  defineOperation("flowChanges.duplicate", {
    needs: ["flowChanges"],
    command: { group: "flow", name: "duplicate", argument: "flow", second: "name", show: describeChanged },
    run: ({ flow, name, dir }, { signal }, { flowChanges }) => flowChanges.duplicate(flow, name, { dir, signal }),
  }),
  // Without a command line: what is needed to undo it is in the memory of the server that did it.
  defineOperation("flowChanges.delete", {
    needs: ["flowChanges"],
    run: ({ flow, ...params }, { signal }, { flowChanges }) => flowChanges.remove(flow, { ...params, signal }),
  }),
  defineOperation("flowChanges.undoDelete", {
    needs: ["flowChanges"],
    run: ({ id }, { signal }, { flowChanges }) => flowChanges.undoRemove(id, signal),
  }),
  defineOperation("flowChanges.move", {
    needs: ["flowChanges"],
    run: ({ flows, project, dir }, { signal }, { flowChanges }) => flowChanges.move(flows, project, { dir, signal }),
  }),
  defineOperation("flowChanges.export", {
    needs: ["flowChanges"],
    command: { group: "flow", name: "export", argument: "file", offline: true, show: ({ text }) => text.trimEnd() },
    run: async ({ file, ...options }, _, { flowChanges }) => ({ text: await flowChanges.exported(file, options) }),
  }),
  defineOperation("flowVersions.list", {
    needs: ["flowHistory"],
    command: { group: "flow", name: "versions", argument: "flow", show: describeVersions },
    run: ({ flow, dir }, { signal }, { flowHistory }) => flowHistory.versions(flow, { dir, signal }),
  }),
  defineOperation("flowVersions.text", {
    needs: ["flowHistory"],
    run: async ({ flow, version, dir }, { signal }, { flowHistory }) => ({
      text: await flowHistory.versionText(flow, version, { dir, signal }),
    }),
  }),
  defineOperation("flowVersions.restore", {
    needs: ["flowHistory"],
    command: { group: "flow", name: "restore", argument: "flow", second: "version", show: describeChanged },
    run: ({ flow, ...params }, { signal }, { flowHistory }) => flowHistory.restore(flow, { ...params, signal }),
  }),
];

function describeVersions({ name, versions }: FlowVersions): string {
  const lines = versions.map(({ name: version, at, description }) =>
    `${version.padEnd(5)}${at.slice(0, 16).replace("T", " ")}  ${description}`.trim(),
  );
  return lines.join("\n") || `${name} has no versions: the first push that changes it makes one.`;
}

function describeChanged({ name, path, notes }: ChangedFlow): string {
  return [`${name}${path === undefined ? "" : `  ${path}`}`, ...notes.map((note) => `  ${note}`)].join("\n");
}

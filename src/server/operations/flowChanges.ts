import type { ChangedFlow, FlowVersions } from "../../protocol/flowChanges.ts";
import { defineOperation } from "./defineOperation.ts";

export const flowChangeOperations = [
  defineOperation("flowVersions.list", {
    needs: ["flowChanges"],
    command: { group: "flow", name: "versions", argument: "flow", show: describeVersions },
    run: ({ flow, dir }, { signal }, { flowChanges }) => flowChanges.versions(flow, { dir, signal }),
  }),
  defineOperation("flowVersions.text", {
    needs: ["flowChanges"],
    run: async ({ flow, version, dir }, { signal }, { flowChanges }) => ({
      text: await flowChanges.versionText(flow, version, { dir, signal }),
    }),
  }),
  defineOperation("flowVersions.restore", {
    needs: ["flowChanges"],
    command: { group: "flow", name: "restore", argument: "flow", optional: "version", show: describeChanged },
    run: ({ flow, ...params }, { signal }, { flowChanges }) => flowChanges.restore(flow, { ...params, signal }),
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

import type { FlowDiff, FlowFacts, TemplateFacts } from "../../protocol/flows.ts";
import { defineOperation } from "./defineOperation.ts";

export const flowOperations = [
  defineOperation("flows.list", {
    needs: ["flows"],
    command: { name: "list", show: (flows) => flows.map(describeFlow).join("\n") || "No flows." },
    run: (_, { signal }, { flows }) => flows.list(signal),
  }),
  defineOperation("flows.templates", {
    needs: ["flows"],
    command: { name: "templates", show: (templates) => templates.map(describeTemplate).join("\n") },
    run: (_, { signal }, { flows }) => flows.templates(signal),
  }),
  defineOperation("flows.push", {
    needs: ["flows"],
    command: { name: "push", argument: "template", show: ({ result, name, url }) => `${result}: ${name}\n${url}` },
    run: ({ template, ...options }, { signal }, { flows }) => flows.push(template, { ...options, signal }),
  }),
  defineOperation("flows.pull", {
    needs: ["flows"],
    command: { name: "pull", argument: "flow", show: (flow) => JSON.stringify(flow, null, 2) },
    run: ({ flow }, { signal }, { flows }) => flows.pull(flow, signal),
  }),
  defineOperation("flows.diff", {
    needs: ["flows"],
    command: { name: "diff", argument: "template", show: describeDiff },
    run: ({ template }, { signal }, { flows }) => flows.diff(template, signal),
  }),
];

function describeFlow({ id, name, url, template }: FlowFacts): string {
  return `${id}  ${name}${template === undefined ? "" : ` (${template})`}\n  ${url}`;
}

function describeTemplate({ name, description, parameters }: TemplateFacts): string {
  const set = parameters.map((one) => `\n  --set ${one.name}=${one.value}  ${one.description}`);
  return `${name}\n  ${description}${set.join("")}`;
}

function describeDiff({ flow: { name, url }, fields, structure }: FlowDiff): string {
  const lines = [...structure, ...fields];
  if (lines.length === 0) return `${name} is as a push would write it.`;
  return [`${name} (${url}), template → Langflow:`, ...lines].join("\n");
}

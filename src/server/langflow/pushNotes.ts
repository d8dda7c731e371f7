import { flowChecker } from "../flows/check/checkFlow.ts";
import { allNodesOf, isFields, isSecret, templateOf } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";

const shown = 3;

/** What Langflow takes and cannot build: a push says it, since nobody may look at the flow before it runs. */
export function whatIsWrong(flow: FlowFile): string[] {
  const errors = flowChecker(undefined)(flow).filter(({ severity, level }) => severity === "error" && level === 1);
  const more = errors.length > shown ? [`And ${errors.length - shown} more: see flow check.`] : [];
  return [...errors.slice(0, shown).map(({ message }) => `Langflow cannot build it: ${message}`), ...more];
}

/** The keys that a new flow lacks, because a file has none. */
export function keysToSet(flow: FlowFile): string[] {
  const fields = allNodesOf(flow).flatMap((node) =>
    Object.entries(templateOf(node)).flatMap(([name, field]) => {
      const isMissing = isFields(field) && isSecret(field) && field["show"] !== false && (field["value"] ?? "") === "";
      return isMissing ? [`${String(node["id"])}.${name}`] : [];
    }),
  );
  if (fields.length === 0) return [];
  const more = fields.length > shown ? ` and ${fields.length - shown} more` : "";
  return [`The file has no keys: set those that it needs in Langflow (${fields.slice(0, shown).join(", ")}${more}).`];
}

import { hasSecretShape } from "../../platform/redact.ts";
import { isSecret } from "../files/flowFile.ts";
import { codeOf, fieldsIn, fieldsOf, nameOf, textOf } from "./flowGraph.ts";
import type { FlowGraph } from "./flowGraph.ts";
import type { KnownComponents } from "./knownComponents.ts";
import { problemOfField } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

// Level 5: what would be a secret in git.

export function secretProblems({ nodes }: FlowGraph, known: KnownComponents | undefined): FoundProblem[] {
  return nodes.flatMap((node) => {
    const theirs = codeOf(known?.find(node.type)?.template ?? {});
    return fieldsIn(node.template).flatMap(([name, field]) => {
      const { value } = field;
      if (value === undefined || value === null || value === "") return [];
      // The name of a variable, unless a key was typed instead.
      if (field["load_from_db"] === true && !hasSecret(value)) return [];
      const ofMcp = field["type"] === "mcp" ? mcpSecrets(value) : [];
      if (ofMcp.length > 0) {
        return ofMcp.map((what) => {
          const message = `The file contains ${what} of the MCP server in ${name} of ${nameOf(node)}, which may be a secret: keep it in Langflow's settings of MCP servers.`;
          return problemOfField(node, name, { code: "secret-in-file", severity: "warning", level: 5, message });
        });
      }
      // Code is most of a flow, and that of Langflow itself has no secrets.
      if (value === theirs) return [];
      const where = `${name} of ${nameOf(node)}`;
      if (field["password"] && isSecret(field)) {
        if (typeof value !== "string") return [];
        const message = `The file contains the value of ${where}, which is a secret: empty it, and keep it in Langflow.`;
        return [problemOfField(node, name, { code: "secret-in-file", severity: "warning", level: 5, message })];
      }
      if (!hasSecret(value)) return [];
      const message = `${where} contains what looks like a secret: use a variable of Langflow instead.`;
      return [problemOfField(node, name, { code: "secret-in-text", severity: "warning", level: 5, message })];
    });
  });
}

/** What the entry of an MCP server brings along for the server alone, in words; newer versions mask the values. */
function mcpSecrets(value: unknown): string[] {
  const { headers, env } = fieldsOf(fieldsOf(value)["config"]);
  const named = (values: unknown, word: string) => namedValues(values).map((name) => `the ${word} ${name}`);
  return [...named(headers, "header"), ...named(env, "variable")];
}

/** Names of values, of an object or of a list of names and values. */
function namedValues(values: unknown): string[] {
  const pairs = Array.isArray(values)
    ? values.map(fieldsOf).map(({ key, name, value }) => [textOf(key ?? name), value] as const)
    : Object.entries(fieldsOf(values));
  return pairs.flatMap(([name, value]) => (isMaskedOrEmpty(value) ? [] : [name]));
}

function isMaskedOrEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && /^\**$/.test(value));
}

function hasSecret(value: unknown): boolean {
  if (typeof value === "string") return hasSecretShape(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(hasSecret);
}

// The JSON schema of the settings file of findings, by which VS Code completes and checks it.
import { z } from "zod";
import { QualityConfig } from "../../src/server/analysis/quality/config.ts";
import { defaultSetting, ruleTable } from "../../src/server/analysis/quality/rules.ts";
import { ruleNames } from "../../src/protocol/findings.ts";
import type { Rule } from "../../src/protocol/findings.ts";

/** Contributed in package.json. */
export const qualitySchemaFile = "media/quality.schema.json";

export function qualitySchema(): string {
  const schema = z.toJSONSchema(QualityConfig, {
    // What VS Code supports in full.
    target: "draft-7",
    io: "input",
    override: nameRules,
  });
  return JSON.stringify({ ...schema, title: "Findings of Langflow Connect" });
}

/** Each rule by its name: it then has its defaults in the completion, and an unknown one is a problem of its key. */
export function nameRules({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const { propertyNames, additionalProperties } = jsonSchema;
  if (propertyNames === undefined || typeof additionalProperties !== "object") return;
  delete jsonSchema.propertyNames;
  jsonSchema.additionalProperties = false;
  jsonSchema.properties = Object.fromEntries(
    ruleNames.map((rule) => [rule, { ...additionalProperties, description: defaultsOf(rule) }]),
  );
}

function defaultsOf(rule: Rule): string {
  const [{ severity, limit }, inTests] = [defaultSetting(rule, false), defaultSetting(rule, true).severity];
  const tests = inTests === severity ? "" : `, in test files ${inTests}`;
  const bound = "limit" in ruleTable[rule] ? `, limit ${String(limit)}` : "";
  return `Default: ${severity}${tests}${bound}.`;
}

// The blocks of package.json that are made from code: settings and commands, each written once.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { commandId, commandTitles } from "../../src/protocol/commands.ts";
import { environmentTable, settingTable } from "../../src/protocol/settings.ts";

const category = "Langflow Connect";
const section = "langflowConnect";

/** @returns {Promise<string>} package.json with its generated blocks */
export async function manifest() {
  const facts = JSON.parse(await readFile("package.json", "utf8"));
  facts.contributes = {
    ...facts.contributes,
    commands: Object.entries(commandTitles).map(([name, title]) => ({ command: commandId(name), title, category })),
    configuration: { title: category, properties: Object.fromEntries(Object.entries(settingTable).map(property)) },
  };
  facts.capabilities.untrustedWorkspaces.restrictedConfigurations = Object.keys(settingTable).map(
    (key) => `${section}.${key}`,
  );
  return JSON.stringify(facts);
}

function property([key, { schema, scope, description, choices }]) {
  const json = z.toJSONSchema(schema, { io: "output" });
  delete json.$schema;
  const plain = json.anyOf ? { type: "string", default: json.default } : json;
  return [`${section}.${key}`, { ...plain, scope, description, ...(choices && { enumDescriptions: choices }) }];
}

/** The settings as a table for the README. */
export function settingsReference() {
  const rows = Object.entries(settingTable).map(([key, { schema, description }]) => {
    const { default: value } = z.toJSONSchema(schema);
    return `| \`${section}.${key}\` | ${value === "" ? "" : `\`${String(value)}\``} | ${description} |`;
  });
  return ["| setting | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** The environment variables as a table for the README. */
export function environmentReference() {
  const rows = Object.entries(environmentTable).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return ["| variable | meaning |", "| --- | --- |", ...rows].join("\n");
}

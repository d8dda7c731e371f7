// The blocks of package.json that are made from code: settings and commands, each written once.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { commandId, commandTitles } from "../../src/protocol/commands.ts";
import { headlessFacts, headlessSchema, settingsSchema, windowFacts } from "../../src/protocol/settings.ts";

const category = "Langflow Connect";
const section = "langflowConnect";

/** @returns {Promise<string>} package.json with its generated blocks */
export async function manifest() {
  const facts = JSON.parse(await readFile("package.json", "utf8"));
  facts.contributes = {
    ...facts.contributes,
    commands: Object.entries(commandTitles).map(([name, title]) => ({ command: commandId(name), title, category })),
    configuration: {
      title: category,
      properties: Object.fromEntries(Object.entries(settingsSchema.shape).map(property)),
    },
  };
  facts.capabilities.untrustedWorkspaces.restrictedConfigurations = Object.keys(settingsSchema.shape).map(
    (key) => `${section}.${key}`,
  );
  return JSON.stringify(facts);
}

function property([key, schema]) {
  const { scope, description, choices } = windowFacts.get(schema);
  const json = z.toJSONSchema(schema, { io: "output" });
  delete json.$schema;
  const plain = json.anyOf ? { type: "string", default: json.default } : json;
  return [`${section}.${key}`, { ...plain, scope, description, ...(choices && { enumDescriptions: choices }) }];
}

/** The settings as a table for the README. */
export function settingsReference() {
  const rows = Object.entries(settingsSchema.shape).map(([key, schema]) => {
    const value = schema.parse(undefined);
    const { description } = windowFacts.get(schema);
    return `| \`${section}.${key}\` | ${value === "" ? "" : `\`${String(value)}\``} | ${description} |`;
  });
  return ["| setting | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** What a server takes from its environment and its command line, as a table for the README. */
export function environmentReference() {
  const rows = Object.values(headlessSchema.shape).map((schema) => {
    const { variable, flag, takes, description } = headlessFacts.get(schema);
    const [name, option] = [variable && `\`${variable}\``, flag && `\`--${flag} ${takes}\``];
    return `| ${name ?? ""} | ${option ?? ""} | ${description} |`;
  });
  return ["| variable | flag | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

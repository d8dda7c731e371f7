// The blocks of package.json that are made from code: settings and commands, each written once.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { commandIcons, commandTitles } from "../../src/protocol/commands.ts";
import { nameRules } from "./qualitySchema.ts";
import { headlessFacts, headlessSchema, settingsSchema, windowFacts } from "../../src/protocol/settings.ts";

const category = "Langflow Connect";
const section = "langflowConnect";
const commands = Object.entries(commandTitles);
const icons = new Map(Object.entries(commandIcons));
const settings = Object.entries(settingsSchema.shape);
const jsonObject = z.record(z.string(), z.unknown());

/** @returns package.json with its generated blocks */
export async function manifest(): Promise<string> {
  const facts = jsonObject.parse(JSON.parse(await readFile("package.json", "utf8")));
  const contributes = jsonObject.parse(facts["contributes"]);
  const capabilities = jsonObject.parse(facts["capabilities"]);
  const untrustedWorkspaces = jsonObject.parse(capabilities["untrustedWorkspaces"]);
  return JSON.stringify({
    ...facts,
    contributes: {
      ...contributes,
      commands: commands.map(([name, title]) => ({
        command: `${section}.${name}`,
        title,
        category,
        ...(icons.has(name) && { icon: icons.get(name) }),
      })),
      configuration: { title: category, properties: Object.fromEntries(settings.map(property)) },
    },
    capabilities: {
      ...capabilities,
      untrustedWorkspaces: {
        ...untrustedWorkspaces,
        restrictedConfigurations: settings.map(([key]) => `${section}.${key}`),
      },
    },
  });
}

function property([key, schema]: (typeof settings)[number]): [string, object] {
  const { scope, description, choices } = windowFacts.get(schema) ?? missing(key);
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "output",
    override: nameRules,
  });
  const plain = json.anyOf ? { type: "string", default: json.default } : json;
  return [`${section}.${key}`, { ...plain, scope, description, ...(choices && { enumDescriptions: choices }) }];
}

function missing(key: string): never {
  throw new Error(`The setting ${key} has no facts in src/protocol/settings.ts.`);
}

/** The settings as a table for the README. */
export function settingsReference() {
  const rows = settings.map(([key, schema]) => {
    const given = schema.parse(undefined);
    const value = typeof given === "object" ? JSON.stringify(given) : String(given);
    const { description } = windowFacts.get(schema) ?? missing(key);
    return `| \`${section}.${key}\` | ${value === "" ? "" : `\`${value}\``} | ${description} |`;
  });
  return ["| setting | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

/** What a server takes from its environment and its command line, as a table for the README. */
export function environmentReference() {
  const rows = Object.entries(headlessSchema.shape).map(([key, schema]) => {
    const { variable, flag, takes = "", description } = headlessFacts.get(schema) ?? missing(key);
    const name = variable === undefined ? "" : `\`${variable}\``;
    const option = flag === undefined ? "" : `\`--${flag} ${takes}\``;
    return `| ${name} | ${option} | ${description} |`;
  });
  return ["| variable | flag | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

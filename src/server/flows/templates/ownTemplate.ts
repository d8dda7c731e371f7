import { readFlowFields } from "../files/flowFile.ts";
import type { Fields } from "../files/flowFile.ts";
import type { OwnTemplate, ParameterValues, TemplateParameter } from "./template.ts";

/** `{{lfc.since}}`, or with the value that it has without another: `{{lfc.since=HEAD~10}}`. */
const placeholder = /\{\{lfc\.([A-Za-z]\w{0,39})(?:=([^{}\n]{0,200}))?\}\}/g;

/** The name under which Langflow has this workspace as an MCP server. */
const serverPlaceholder = "server";

/** A template from a flow file. Its name is that of the file. */
export function ownTemplate(name: string, path: string, text: string): OwnTemplate {
  const fields = readFlowFields(path, text);
  const parameters = parametersIn(fields["data"]);
  const { id, name: title, description } = fields;
  return {
    name,
    version: 1,
    title: String(title),
    description: typeof description === "string" ? description : "",
    parameters,
    file({ serverName, parameters: values }) {
      const all = { ...values, [serverPlaceholder]: serverName };
      const data = filled(fields["data"], all);
      return { id: String(id), name: String(title), fields: { ...fields, data }, codeAsLines: false };
    },
  };
}

function parametersIn(data: unknown): readonly TemplateParameter[] {
  const found = new Map<string, string>();
  eachText(data, (text) => {
    for (const [, name = "", value] of text.matchAll(placeholder)) {
      if (name === serverPlaceholder) continue;
      // One of several may say what it is without another.
      if (value !== undefined || !found.has(name)) found.set(name, value ?? found.get(name) ?? "");
    }
  });
  return [...found].map(([name, value]) => ({ name, title: titleOf(name), default: value, description: "" }));
}

/** "maxItems" is "Max items". */
function titleOf(name: string): string {
  const words = name
    .replaceAll("_", " ")
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function filled(value: unknown, values: ParameterValues): unknown {
  if (typeof value === "string") return value.replaceAll(placeholder, (_, name: string) => values[name] ?? "");
  if (Array.isArray(value)) return value.map((each) => filled(each, values));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, values)]));
}

function eachText(value: unknown, work: (text: string) => void): void {
  if (typeof value === "string") work(value);
  else if (Array.isArray(value)) for (const each of value) eachText(each, work);
  else if (isObject(value)) for (const each of Object.values(value)) eachText(each, work);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

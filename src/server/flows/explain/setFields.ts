import { isDeepStrictEqual } from "node:util";
import { fieldsIn, fieldsOf, listOf, textOf, textsOf } from "../check/flowGraph.ts";
import type { GraphNode } from "../check/flowGraph.ts";
import type { KnownComponents } from "../check/knownComponents.ts";
import { own } from "../files/flowFile.ts";
import type { Fields } from "../files/flowFile.ts";
import { quoted, words } from "./words.ts";

/** What somebody chose: fields that the canvas shows, but the code, which is most of a flow. */
export function isSet({ show, type, value }: Fields): boolean {
  if (show === false || type === "code" || value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

/** One field as a line of Markdown. */
export interface SetField {
  readonly label: string;
  readonly value: string;
}

/**
 * The fields whose value is not the default of the component; where that is not known, those that stand on the component
 * in the canvas. Variables and keys are listed for themselves, and so are tools.
 */
export function setFieldsOf(
  node: GraphNode,
  connected: ReadonlySet<string>,
  known: KnownComponents | undefined,
): SetField[] {
  // Everyone's own component is described by itself alone.
  const current = node.type === "CustomComponent" ? undefined : known?.find(node.type);
  return fieldsIn(node.template).flatMap(([name, field]) => {
    if (!isSet(field) || connected.has(name) || name.startsWith("_") || field["type"] === "tools") return [];
    if (field["password"] || field["load_from_db"] === true) return [];
    const theirs = current && fieldsOf(own(current.template, name));
    if (theirs && "value" in theirs ? isDeepStrictEqual(theirs["value"], field["value"]) : field["advanced"] === true) {
      return [];
    }
    return [{ label: words(textOf(field["display_name"]) || name, 60), value: shownValue(name, field) }];
  });
}

const ofSecrets = /(?:^|_)(?:api_?key|password|secret|token|authorization)$/i;

/** Of what has parts only their names: headers and settings of servers can have keys in them. */
function shownValue(name: string, { type, value, file_path: file }: Fields): string {
  if (type === "file" && (textOf(file) || textsOf(file).length > 0)) {
    return textsOf(Array.isArray(file) ? file : [file]).map((path) => quoted(path)).join(", "); // prettier-ignore
  }
  if (typeof value === "string" && ofSecrets.test(name)) return "a secret, not shown";
  if (typeof value === "string") return quoted(value.trim() === "" ? JSON.stringify(value) : value);
  if (typeof value !== "object" || value === null) return quoted(JSON.stringify(value));
  if (type === "mcp") return quoted(textOf(fieldsOf(value)["name"]));
  const parts = Array.isArray(value) ? listOf(value).map(partName) : Object.keys(value);
  const shown = parts.slice(0, mostParts).map((part) => quoted(part, 60));
  const more = parts.length > mostParts ? [`${String(parts.length - mostParts)} more`] : [];
  return [...shown.filter((part) => part !== ""), ...more].join(", ");
}

const mostParts = 8;

function partName(part: unknown): string {
  if (typeof part !== "object" || part === null) return String(part);
  const { name, key } = fieldsOf(part);
  return textOf(name) || textOf(key) || "…";
}

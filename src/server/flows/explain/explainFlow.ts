import type { CheckedFlows, FlowProblem } from "../../../protocol/flowFiles.ts";
import { fieldNameOf, fieldsIn, fieldsOf, isInToolMode, listOf, textOf } from "../check/flowGraph.ts";
import type { GraphNode } from "../check/flowGraph.ts";
import type { KnownComponents } from "../check/knownComponents.ts";
import { own } from "../files/flowFile.ts";
import type { Fields } from "../files/flowFile.ts";
import { variablesOf } from "../files/flowNeeds.ts";
import { chartOf } from "./chart.ts";
import { isFlowInput, isFlowOutput } from "./ends.ts";
import { allParts, partsOf } from "./outline.ts";
import type { Connection, Part } from "./outline.ts";
import { setFieldsOf } from "./setFields.ts";
import { quoted, words } from "./words.ts";

export interface Explained {
  readonly fields: Fields;
  readonly problems: readonly FlowProblem[];
  readonly components?: KnownComponents | undefined;
  readonly catalogue?: CheckedFlows["catalogue"] | undefined;
}

/** A flow in Markdown, with a Mermaid chart: the same text for the same flow and the same Langflow. No secret is in it. */
export function explainFlow({ fields, problems, components, catalogue }: Explained): string {
  const parts = partsOf({ fields });
  const all = allParts(parts);
  const chart = chartOf(parts);
  const sections = [
    `# ${words(textOf(fields["name"]), 100) || "Flow"}`,
    introduction(fields, all),
    chart === undefined ? noChart(parts) : ["```mermaid", chart, "```"].join("\n"),
    ...section("Inputs and outputs", endLines(all)),
    ...section("Variables and keys", variableLines(fields, all)),
    ...section("Tools of agents", toolLines(all)),
    ...(all.length === 0 ? [] : ["## Components", ...all.flatMap((part) => componentLines(part, components))]),
    "## Problems",
    ...problemLines(problems),
    comparedWith(catalogue),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, lines.join("\n")];
}

function introduction(fields: Fields, all: readonly Part[]): string {
  const groups = all.filter(({ node }) => node.isGroup).length;
  const connections = all.flatMap(({ outgoing }) => outgoing).length;
  const size = [
    count(all.length - groups, "component"),
    ...(groups > 0 ? [count(groups, "group")] : []),
    count(connections, "connection"),
  ];
  const endpoint = textOf(fields["endpoint_name"]);
  const said = [
    `**${words(textOf(fields["name"]), 100) || "Flow"}** is a flow with ${size.join(", ")}.`,
    words(textOf(fields["description"])),
    ...(endpoint === "" ? [] : [`Its endpoint is ${quoted(endpoint)}.`]),
    ...(fields["mcp_enabled"] === true ? ["Langflow offers it as an MCP tool."] : []),
  ];
  return said.filter((text) => text !== "").join(" ");
}

function noChart(parts: readonly Part[]): string {
  return parts.length === 0 ? "It has no components." : "It is too large for a chart.";
}

/** With its number, since two components can have one name. */
function named({ name, number }: { readonly name: string; readonly number: string }): string {
  return `${words(name, 60) || "(no name)"} (${number})`;
}

function endLines(all: readonly Part[]): string[] {
  const lines = (verb: string, fits: (node: GraphNode) => boolean) =>
    all.filter(({ node }) => fits(node)).map((part) => `- ${verb}: ${named(part)}, ${quoted(part.node.type)}`);
  return [...lines("Input", isFlowInput), ...lines("Output", isFlowOutput)];
}

/** A file leaves out keys and names of variables; a name that could be a key is not shown either. */
function variableLines(fields: Fields, all: readonly Part[]): string[] {
  const names = variablesOf({ fields }, { has: () => false });
  const used = new Map<string, string[]>();
  const unnamed: string[] = [];
  for (const part of all) {
    const led = connectedFields(part);
    for (const [name, field] of fieldsIn(part.node.template)) {
      const { password, load_from_db: fromVariable, show, required, value } = field;
      const isFilled = typeof value === "string" && value !== "";
      if ((!password && fromVariable !== true) || led.has(name) || (show === false && !isFilled)) continue;
      const position = `${words(textOf(field["display_name"]) || name, 60)} of ${named(part)}`;
      const variable = own(names, `${part.node.id}.${name}`);
      if (typeof variable === "string") used.set(variable, [...(used.get(variable) ?? []), position]);
      else if (isFilled || required === true || fromVariable === true) {
        unnamed.push(
          `- ${position}: ${isFilled ? "in the file, not shown" : "left out of the file"}${needed(required)}`,
        );
      }
    }
  }
  return [...[...used].map(([name, positions]) => `- Variable ${quoted(name)}: ${positions.join(", ")}`), ...unnamed];
}

function needed(required: unknown): string {
  return required === true ? ", and needed" : "";
}

function connectedFields({ incoming }: Part): ReadonlySet<string> {
  return new Set(incoming.map(({ edge }) => fieldNameOf(edge) ?? ""));
}

/** What each agent can call: its own tools, and those of the components that are connected as tools. */
function toolLines(all: readonly Part[]): string[] {
  const byNumber = new Map(all.map((part) => [part.number, part]));
  return all.flatMap((part) => {
    const built = fieldsIn(part.node.template)
      .filter(([name, { value }]) => /^add_\w+_tool$/.test(name) && value === true)
      .map(([name, field]) => `  - Its own: ${words(textOf(field["display_name"]) || name, 60)}`);
    const given = part.incoming.flatMap(({ from }) => {
      const giver = byNumber.get(from.number);
      return giver && isInToolMode(giver.node) ? toolsOf(giver) : [];
    });
    const lines = [...built, ...given];
    return lines.length === 0 ? [] : [`- ${named(part)}`, ...lines];
  });
}

function toolsOf(part: Part): string[] {
  const tools = listOf(fieldsOf(own(part.node.template, "tools_metadata"))["value"]).map(fieldsOf);
  const offered = tools.filter(({ status }) => status !== false);
  if (offered.length === 0) return [`  - ${named(part)}`];
  return offered.map(({ name, description }) => {
    const said = words(textOf(description), 200);
    return `  - ${quoted(textOf(name), 80)} of ${named(part)}${said === "" ? "" : `: ${said}`}`;
  });
}

function componentLines(part: Part, known: KnownComponents | undefined): string[] {
  const { number, node, name } = part;
  const theirs = node.type === "CustomComponent" ? undefined : known?.find(node.type);
  const kind = node.isGroup ? "group" : quoted(node.type, 80);
  const fields = setFieldsOf(node, connectedFields(part), known);
  const lines = [
    ...fields.map(({ label, value }) => `- ${label}: ${value}`),
    ...part.incoming.map((connection) => `- In, ${words(connection.to.input, 60)}: ${incoming(connection)}`),
    ...part.outgoing.map(
      ({ from, to }) =>
        `- Out, ${words(from.output, 60)}: to ${named(to)}${to.input === "" ? "" : `, ${words(to.input, 60)}`}`,
    ),
    `- Id: ${quoted(node.id, 200)}`,
  ];
  return [
    `### ${number} ${words(name, 60) || "(no name)"}`,
    [kind, words(textOf(theirs?.["description"]) || textOf(node.component["description"]))]
      .filter((text) => text !== "")
      .join(": "),
    lines.join("\n"),
  ];
}

function incoming({ from }: Connection): string {
  return `from ${named(from)}${from.output === "" ? "" : `, ${words(from.output, 60)}`}`;
}

const severities = ["error", "warning", "info"] as const;
const mostMessages = 5;

/** Kinds of problems, the worst first, and of those the most frequent. */
function problemLines(problems: readonly FlowProblem[]): string[] {
  if (problems.length === 0) return ["None."];
  const totals = severities.flatMap((severity) => {
    const some = problems.filter((problem) => problem.severity === severity).length;
    return some === 0 ? [] : [count(some, severity === "info" ? "hint" : severity)];
  });
  const kinds = new Map<string, FlowProblem[]>();
  for (const problem of problems) {
    const key = `${String(severities.indexOf(problem.severity))} ${problem.code}`;
    kinds.set(key, [...(kinds.get(key) ?? []), problem]);
  }
  const rank = (key: string) => Number(key[0]);
  const sorted = [...kinds].sort(
    ([one, of], [other, ofOther]) =>
      rank(one) - rank(other) || ofOther.length - of.length || (one < other ? -1 : Number(one > other)),
  );
  const lines = sorted.flatMap(([, some]) => {
    const [first] = some;
    if (!first) return [];
    const messages = some.slice(0, mostMessages).map(({ message }) => `  - ${words(message, 300)}`);
    const more = some.length > mostMessages ? [`  - And ${String(some.length - mostMessages)} more.`] : [];
    const severity = first.severity === "info" ? "Hint" : first.severity === "error" ? "Error" : "Warning";
    return [`- ${severity} ${quoted(first.code)}, ${String(some.length)} ×`, ...messages, ...more];
  });
  return [`${totals.join(", ")}.`, lines.join("\n")];
}

function comparedWith(catalogue: Explained["catalogue"]): string {
  if (!catalogue) {
    return "No components of a Langflow are known: descriptions are those of the file, and fields those that stand on a component in the canvas.";
  }
  const cached = catalogue.from === "cache" ? ", as it was connected last" : "";
  return `Compared with Langflow ${words(catalogue.version, 40)}${cached}: fields are listed whose value is not its default.`;
}

function count(number: number, word: string): string {
  return `${String(number)} ${word}${number === 1 ? "" : "s"}`;
}

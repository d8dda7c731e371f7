import type { FlowTweaks } from "../../../protocol/flowRuns.ts";
import type { FlowNode } from "../../flows/model.ts";
import { ToolError } from "../../platform/errors.ts";

const mostNamed = 20;

/** Langflow takes a component by its id or by the name on the canvas, and leaves out without a word what it does not find. */
export function checkTweaks(tweaks: FlowTweaks, nodes: readonly FlowNode[]): void {
  for (const [key, fields] of Object.entries(tweaks)) {
    const node = nodes.find(({ id }) => id === key) ?? nodes.findLast((each) => titleOf(each) === key);
    if (!node) {
      const names = nodes.filter(({ data }) => data.type !== "note").map((each) => `${each.id} (${titleOf(each)})`);
      throw new ToolError(
        "INVALID_ARGUMENT",
        `The flow has no component ${JSON.stringify(key)} to set a value of.`,
        `Its components are ${listed(names)}.`,
      );
    }
    const template = node.data.node?.template ?? {};
    const unknown = Object.keys(fields).find((name) => !isField(template[name]));
    if (unknown === undefined) continue;
    const known = Object.keys(template).filter((name) => isField(template[name]));
    throw new ToolError(
      "INVALID_ARGUMENT",
      `The component ${JSON.stringify(key)} has no field ${JSON.stringify(unknown)}.`,
      `Its fields are ${listed(known)}.`,
    );
  }
}

function isField(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function titleOf({ data }: FlowNode): string {
  const name = data.node?.["display_name"];
  return typeof name === "string" ? name : "";
}

function listed(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}

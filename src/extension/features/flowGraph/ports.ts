import type { GraphPort } from "../../../protocol/flowGraph.ts";
import { fieldsOf, itemsOf, textOf } from "./fields.ts";
import type { Fields } from "./fields.ts";

interface Ports {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

interface Connected {
  /** Names of the ports where connections end. */
  readonly inputs: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
}

/** What Langflow's canvas shows of a component, and every end of a connection. */
export function portsOf(component: Fields, selectedOutput: string, connected: Connected): Ports {
  const template = fieldsOf(component["template"]);
  const order = Array.isArray(component["field_order"]) ? component["field_order"] : [];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const inputs = Object.keys(template)
    .sort((one, other) => rank(one) - rank(other))
    .map((name) => ({ name, field: fieldsOf(template[name]) }))
    .filter(({ name, field }) => isShown(field) || connected.inputs.has(name))
    .map(({ name, field }) => ({ name, title: titleOf(field, name), isOpen: takesConnections(field, name) }));
  const all = itemsOf(component["outputs"]).filter(({ hidden }) => hidden !== true);
  const isGrouped = all.every((output) => output["group_outputs"] === true);
  const outputs = all
    .map((output) => ({ name: textOf(output["name"]), title: titleOf(output, textOf(output["name"])), isOpen: true }))
    // The canvas offers the others in a menu.
    .filter(({ name }) => isGrouped || selectedOutput === "" || name === selectedOutput || connected.outputs.has(name));
  const titles = new Map(all.map((output) => [textOf(output["name"]), titleOf(output, textOf(output["name"]))]));
  return {
    inputs: [...inputs, ...missing(inputs, connected.inputs, titles)],
    outputs: [...outputs, ...missing(outputs, connected.outputs, titles)],
  };

  function takesConnections(field: Fields, name: string): boolean {
    return connected.inputs.has(name) || (Array.isArray(field["input_types"]) && field["input_types"].length > 0);
  }
}

/** A connection may end where the component lists nothing. */
function missing(
  ports: readonly GraphPort[],
  connected: ReadonlySet<string>,
  titles: ReadonlyMap<string, string>,
): readonly GraphPort[] {
  const known = new Set(ports.map(({ name }) => name));
  return [...connected]
    .filter((name) => !known.has(name))
    .map((name) => ({ name, title: titles.get(name) ?? (name || "Unnamed"), isOpen: true }));
}

function isShown(field: Fields): boolean {
  return field["show"] === true && field["advanced"] !== true;
}

function titleOf(port: Fields, name: string): string {
  return textOf(port["display_name"]) || name;
}

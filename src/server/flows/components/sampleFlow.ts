import { canvasEdge } from "../canvasEdge.ts";
import { fieldOf, withValue } from "../model.ts";
import type { Component, Field, FlowData } from "../model.ts";
import { ToolError } from "../../platform/errors.ts";

/** A component, with what Langflow calls it. */
export interface TypedComponent {
  readonly type: string;
  readonly component: Component;
}

export type Sample = Readonly<Record<string, unknown>>;

/** Makes of a sample what an edge brings: `source` has one output each for a message, data and a table. */
export const sampleSource = `import json

from lfx.custom import Component
from lfx.io import MultilineInput, Output
from lfx.schema import Data, DataFrame, Message


class Sample(Component):
    display_name = "Sample"
    name = "Sample"

    inputs = [MultilineInput(name="sample", display_name="Sample")]
    outputs = [
        Output(name="message", display_name="Message", method="as_message"),
        Output(name="data", display_name="Data", method="as_data"),
        Output(name="table", display_name="Table", method="as_table"),
    ]

    def as_message(self) -> Message:
        return Message(text=json.loads(self.sample))

    def as_data(self) -> Data:
        return Data(data=json.loads(self.sample))

    def as_table(self) -> DataFrame:
        return DataFrame(json.loads(self.sample))
`;

/** The names of fields that only an edge gives a value. */
export function connectedFields({ component }: TypedComponent, sample: Sample): readonly string[] {
  return Object.keys(sample).filter((name) => fieldOf(component, name)?.type === "other");
}

/** The id of the component that is run. */
export const sampledId = "Component-sample";

/** A flow of the component with the values of a sample. Fails where the component has no such field. */
export function sampleFlow(built: TypedComponent, sample: Sample, source: TypedComponent | undefined): FlowData {
  const connected = connectedFields(built, sample);
  let { component } = built;
  for (const [name, value] of Object.entries(sample)) {
    const field = name === "code" || name.startsWith("_") ? undefined : fieldOf(component, name);
    if (!field) throw noField(built, name);
    if (connected.includes(name)) continue;
    // A value is itself, and not the name of a variable.
    component = withValue(component, name, value);
    if ("load_from_db" in field) component = withoutVariable(component, name);
  }
  const target = nodeOf(sampledId, { ...built, component });
  const sources = connected.map((name, index) => {
    if (!source) throw new ToolError("INTERNAL", "A sample for an edge has no component that gives it.", "Report it.");
    const id = `Sample-${index + 1}`;
    const value = sample[name];
    const given = withValue(source.component, "sample", JSON.stringify(value));
    const field = fieldOf(component, name);
    const output = source.component.outputs.find((one) => one.name === outputFor(name, value, field));
    const from = { dataType: source.type, id, name: output?.name, output_types: output?.types ?? [] };
    const to = { fieldName: name, id: sampledId, inputTypes: field?.input_types ?? [], type: field?.type };
    return { node: nodeOf(id, { ...source, component: given }), edge: canvasEdge(from, to) };
  });
  return {
    nodes: [target, ...sources.map(({ node }) => node)],
    edges: sources.map(({ edge }) => edge),
    viewport: { x: 0, y: 0, zoom: 1 },
  };
}

function withoutVariable(component: Component, name: string): Component {
  const field = fieldOf(component, name);
  return { ...component, template: { ...component.template, [name]: { ...field, load_from_db: false } } };
}

function nodeOf(id: string, { type, component }: TypedComponent): FlowData["nodes"][number] {
  return { id, type: "genericNode", position: { x: 0, y: 0 }, data: { id, type, node: component } };
}

/** By the form of the value, where the field takes what that makes. */
function outputFor(name: string, value: unknown, field: Field | undefined): string {
  const types = field?.input_types ?? [];
  const takes = (...wanted: string[]) => types.some((type) => wanted.includes(type));
  if (typeof value === "string" && takes("Message", "Text", "str")) return "message";
  if (Array.isArray(value) && takes("DataFrame", "Table")) return "table";
  if (typeof value === "object" && value !== null && !Array.isArray(value) && takes("Data", "JSON")) return "data";
  throw new ToolError(
    "INVALID_ARGUMENT",
    `The field ${name} takes ${types.join(" or ")}, and no sample of this form can be made into that.`,
    "Give text for a Message, an object for Data, and a list of objects for a DataFrame.",
  );
}

function noField({ type, component }: TypedComponent, name: string): ToolError {
  const names = Object.keys(component.template).filter(
    (one) => one !== "code" && !one.startsWith("_") && fieldOf(component, one) !== undefined,
  );
  return new ToolError(
    "INVALID_ARGUMENT",
    `${type} has no field ${JSON.stringify(name)}.`,
    names.length === 0 ? "It has no fields at all." : `Its fields are ${names.join(", ")}.`,
  );
}

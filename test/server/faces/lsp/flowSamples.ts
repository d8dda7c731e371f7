// Small flows as files have them.

export function component(id: string, type: string, template: object, more: object = {}) {
  const node = { display_name: type, template: { _type: "Component", ...template }, outputs: [], ...more };
  return { id, type: "genericNode", data: { id, type, node } };
}

export function edge(source: string, target: string, field = "fruit") {
  return {
    id: `${source}-${target}`,
    source,
    target,
    data: {
      sourceHandle: { dataType: "Orchard", id: source, name: "apples", output_types: ["Message"] },
      targetHandle: { fieldName: field, id: target, inputTypes: ["Message"], type: "str" },
    },
  };
}

export const orchard = component(
  "Orchard-1",
  "Orchard",
  {
    code: { type: "code", value: "class Orchard: ..." },
    kind: { type: "str", display_name: "Kind of apple", show: true, value: "Boskoop", options: ["Boskoop", "Gala"] },
    key: { type: "str", show: true, password: true, value: "pips" },
    note: { type: "str", show: true, value: "" },
    hidden: { type: "str", show: false, value: "worm" },
  },
  {
    display_name: "Old orchard",
    outputs: [{ name: "apples", display_name: "Apples", types: ["Message", "Data"] }],
  },
);
export const press = component("Press-1", "Press", { fruit: { type: "str", show: true, value: "" } });

export function flowText(nodes: readonly object[], edges: readonly object[] = []): string {
  const flow = { id: "0d1d4d40-0000-4000-8000-000000000001", name: "Cider", data: { nodes, edges } };
  return `${JSON.stringify(flow, null, 2)}\n`;
}

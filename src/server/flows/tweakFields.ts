import type { FlowFields } from "../../protocol/serverFlows.ts";
import type { FlowData, FlowNode } from "./model.ts";

const longestValue = 200;
const plainTypes: ReadonlySet<unknown> = new Set(["str", "int", "float", "bool", "slider", "dropdown"]);

/** What a run can set of a flow, component by component: plain values, no code, no secrets, nothing that an edge feeds. */
export function tweakFields({ nodes, edges }: FlowData): readonly FlowFields[] {
  const fed = new Set(edges.map(({ target, data }) => `${target} ${data?.targetHandle?.fieldName ?? ""}`));
  return nodes.flatMap((node) => {
    const fields = Object.entries(node.data.node?.template ?? {}).flatMap(([name, field]) =>
      fed.has(`${node.id} ${name}`) ? [] : fieldOf(name, field),
    );
    return fields.length === 0 ? [] : [{ id: node.id, name: titleOf(node), fields }];
  });
}

function fieldOf(name: string, field: unknown): FlowFields["fields"] {
  if (typeof field !== "object" || field === null) return [];
  const {
    show,
    type,
    value,
    password,
    load_from_db: variable,
    display_name: title,
  }: Record<string, unknown> = {
    ...field,
  };
  if (show === false || password === true || variable === true || name.startsWith("_") || !plainTypes.has(type)) {
    return [];
  }
  const shown = shownValue(value);
  return [
    {
      name,
      title: typeof title === "string" && title !== "" ? title : name,
      type: String(type),
      ...(shown !== undefined && { value: shown }),
    },
  ];
}

function shownValue(value: unknown): string | number | boolean | undefined {
  if (typeof value === "string" && value.length > longestValue) return `${value.slice(0, longestValue)}…`;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

function titleOf({ id, data }: FlowNode): string {
  const title = data.node?.["display_name"];
  return typeof title === "string" && title !== "" ? title : (data.type ?? id);
}

import assert from "node:assert/strict";
import { replaceCode } from "../../../../src/server/flows/components/replaceCode.ts";
import type { Component } from "../../../../src/server/flows/model.ts";

const output = (name: string, types = ["Message"]) => ({ name, types, method: `make_${name}`, selected: types[0] });
const built = (code: string, fields: object = {}, outputs = [output("text")]) => ({
  type: "Press",
  component: {
    display_name: "Press",
    outputs,
    template: { code: { type: "code", value: code }, fruit: { type: "str", value: "pear" }, ...fields },
    metadata: { component_class_name: "Press" },
  } satisfies Component,
});

function node(type: string, code: string, fruit: string, id = `${type}-1`) {
  const template = { code: { type: "code", value: code }, fruit: { type: "str", value: fruit } };
  return { id, data: { id, type, node: { display_name: id, outputs: [output("text")], template } } };
}

const flowOf = (nodes: object[], edges: object[] = []) => ({ fields: { data: { nodes, edges } } });

interface Data {
  readonly nodes: { id: string; data: { node: { edited?: boolean; template: Record<string, { value: unknown }> } } }[];
}
const dataOf = (fields: Readonly<Record<string, unknown>>) => fields["data"] as Data;

describe("the code of a component, put into a flow", () => {
  it("goes into what Langflow calls the same and into custom components with a class of that name, values staying", () => {
    const flow = flowOf([
      node("Press", "old", "plum"),
      node("CustomComponent", "class Press(Component):\n  pass", "quince"),
      node("CustomComponent", "class Pressed(Component):\n  pass", "apple", "CustomComponent-2"),
      node("Other", "class Press(Component):\n  pass", "fig"),
    ]);
    const replaced = replaceCode(flow, built("new")) ?? assert.fail("not used");
    const { nodes } = dataOf(replaced.fields);
    const codes = nodes.map(({ data }) => data.node.template["code"]?.value === "new");
    assert.deepEqual(codes, [true, true, false, false]);
    assert.deepEqual(
      nodes.map(({ data }) => data.node.template["fruit"]?.value),
      ["plum", "quince", "apple", "fig"],
    );
    assert.deepEqual(
      nodes.map(({ data }) => data.node.edited),
      [true, true, undefined, undefined],
    );
    assert.equal(replaced.updated, true);
  });

  it("names new fields and outputs, and values that have no field any more", () => {
    const next = built("new", { sugar: { type: "int", value: 0 } }, [output("text"), output("table", ["DataFrame"])]);
    const { fruit: _fruit, ...template } = next.component.template as Record<string, { type: string; value: unknown }>;
    const replaced = replaceCode(flowOf([node("Press", "old", "plum")]), {
      ...next,
      component: { ...next.component, template },
    });
    assert.deepEqual(replaced?.changes, [
      "Press-1 (Press-1): new code",
      "Press-1 (Press-1): new field sugar",
      "Press-1 (Press-1): new output table",
      "Press-1 (Press-1): its new version has no field for fruit (plum)",
    ]);
  });

  it("leaves a component whose edge would be lost", () => {
    const handles = {
      sourceHandle: { dataType: "Press", id: "Press-1", name: "text", output_types: ["Message"] },
      targetHandle: { fieldName: "fruit", id: "Press-2", inputTypes: ["Message"], type: "str" },
    };
    const edge = { source: "Press-1", target: "Other-1", sourceHandle: "", targetHandle: "", data: handles };
    const flow = flowOf([node("Press", "old", "plum"), node("Other", "x", "fig")], [edge]);
    const replaced = replaceCode(flow, built("new", {}, [output("juice")])) ?? assert.fail("not used");
    assert.deepEqual([replaced.updated, replaced.left], [false, true]);
    assert.deepEqual(dataOf(replaced.fields).nodes, flow.fields.data.nodes);
    assert.match(replaced.changes.join(), /stays as it is: its new version has no output text/);
  });

  it("is nothing of a flow that does not use it, and no change where it is in already", () => {
    assert.equal(replaceCode(flowOf([node("Other", "x", "fig")]), built("new")), undefined);
    const same = replaceCode(flowOf([node("Press", "new", "plum")]), built("new"));
    assert.deepEqual([same?.updated, same?.left, same?.changes], [false, false, []]);
  });
});

import assert from "node:assert/strict";
import { exposedFlow, nameFrom } from "../../../src/server/flows/exposedFlow.ts";

const edge = (target: string, fieldName: string) => ({ source: "x", target, data: { targetHandle: { fieldName } } });
const node = (id: string, type: string, title: string, value: unknown = "") => ({
  id,
  data: { type, node: { display_name: title, template: { input_value: { value } } } },
});

describe("a flow as a tool", () => {
  it("has an argument for each text input that nothing feeds, needed where the flow has no value", () => {
    const flow = exposedFlow({
      id: "1",
      name: "Press",
      nodes: [
        node("a", "ChatInput", "Chat Input"),
        node("b", "TextInput", "Fruit"),
        node("c", "TextInput", "Size", "small"),
        node("d", "TextInput", "Fed"),
      ],
      edges: [edge("d", "input_value")],
    });
    assert.equal(flow.takesInput, true);
    assert.deepEqual(
      flow.fields.map(({ name, component, isRequired }) => [name, component, isRequired]),
      [
        ["fruit", "b", true],
        ["size", "c", false],
      ],
    );
  });

  it("has no two arguments of one name, and none that takes another's meaning", () => {
    const titles = ["Session", "wait", "Größe", "größe!", "日本", "日本語"];
    const nodes = titles.map((title, at) => node(String(at), "TextInput", title));
    const names = exposedFlow({ id: "1", name: "Press", nodes, edges: [] }).fields.map(({ name }) => name);
    assert.deepEqual(names, ["session_2", "wait_2", "grosse", "grosse_2", "text", "text_2"]);
  });

  it("is called and described as Langflow's tool is, and else as the flow, without our marker", () => {
    const marker =
      "Presses.\n\n[langflow-connect template=press version=1 workspace=w langflow=1.13.0 hash=0123456789abcdef]";
    const given = { id: "1", name: "Press", nodes: [], edges: [], description: marker };
    const { action, description } = exposedFlow(given);
    assert.deepEqual([action, description], ["Press", "Presses."]);
    const named = exposedFlow({ ...given, action_name: "press_fruit", action_description: "Presses fruit." });
    assert.deepEqual([named.action, named.description], ["press_fruit", "Presses fruit."]);
    assert.equal(exposedFlow({ ...given, action_name: " " }).action, "Press");
  });

  it("makes names of letters, digits and single _", () => {
    assert.equal(nameFrom("  Café — Crème (v2)! "), "cafe_creme_v2");
    assert.equal(nameFrom("x".repeat(60)).length, 40);
    assert.equal(nameFrom(`${"x".repeat(39)} y`), "x".repeat(39));
    assert.equal(nameFrom("日本"), "");
  });
});
